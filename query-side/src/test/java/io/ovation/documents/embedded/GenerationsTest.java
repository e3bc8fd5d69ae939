package io.ovation.documents.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.ovation.documents.DocumentHome.Beside;
import io.ovation.documents.StoreUnavailable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The directories of one projection. */
class GenerationsTest {
    @TempDir
    private Path directory = Path.of(".");

    private final RocksOptions options = new RocksOptions(16L << 20);

    @BeforeAll
    static void load() {
        NativeLibrary.load(EmbeddedHome.NATIVE);
    }

    @AfterEach
    void close() {
        options.close();
    }

    @Test
    void nothingIsMadeBesideWhatIsClosed() throws IOException {
        Generations generations = open();
        generations.close();

        assertThatThrownBy(generations::beside).isInstanceOf(StoreUnavailable.class);
        assertThat(names()).containsExactly("1.1");
    }

    @Test
    void aProjectionHasOneDirectoryOfDamagedDocuments() throws IOException {
        try (Generations generations = open()) {
            generations.putAside("conversation", "are damaged");
            assertThat(names()).containsExactly("1.1", "1.1.aside");
            Beside beside = generations.beside();
            beside.takeOver();

            generations.putAside("conversation", "are damaged");

            assertThat(names()).containsExactly("1.1", "1.2", "1.2.aside", "current");
        }
    }

    private Generations open() {
        return Generations.open(directory, 1, options, Schedulers.boundedElastic());
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(each -> String.valueOf(each.getFileName())).sorted().toList();
        }
    }
}
