package io.ovation.documents.mongo;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** How many documents one command is about. */
class MongoStoreTest {
    private static final int MEBIBYTE = 1 << 20;

    @Test
    void aCommandIsOfAThousandAtMost() {
        List<Integer> all = IntStream.range(0, 2_500).boxed().toList();

        List<List<Integer>> cut = MongoStore.cut(all, each -> 1);

        assertThat(cut).extracting(List::size).containsExactly(1_000, 1_000, 500);
        assertThat(cut.stream().flatMap(List::stream)).containsExactlyElementsOf(all);
    }

    @Test
    void aCommandIsOfLessThanEightMebibytes() {
        List<Integer> all = Collections.nCopies(16, 3 * MEBIBYTE);

        assertThat(MongoStore.cut(all, Integer::intValue))
                .hasSize(8)
                .allSatisfy(some -> assertThat(some.stream().mapToInt(Integer::intValue).sum())
                        .isLessThan(8 * MEBIBYTE));
        assertThat(MongoStore.cut(List.of(MEBIBYTE, 20 * MEBIBYTE, MEBIBYTE), Integer::intValue))
                .as("what is longer than any may be goes alone")
                .hasSize(3);
    }

    @Test
    void ofNothingThereIsNoCommand() {
        assertThat(MongoStore.cut(List.<Integer>of(), Integer::intValue)).isEmpty();
    }
}
