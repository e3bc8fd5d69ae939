package io.ovation.people;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import io.ovation.Caller;
import io.ovation.QuerySide;
import io.ovation.TestLog;
import io.ovation.people.BlockEvent.UserBlocked;
import io.ovation.people.BlockEvent.UserUnblocked;
import io.ovation.people.BlockQuery.BlockPage;
import io.ovation.people.BlockQuery.BlockView;
import io.ovation.people.BlockQuery.FindBlocks;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Through Axon's query gateway, with both processors running. */
class BlockQueriesTest {
    private static final TestLog LOG = new TestLog();
    private static final QuerySide ROOM = new QuerySide(LOG);
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

    private final String ann = "ann " + UUID.randomUUID();
    private long sequence;

    @AfterAll
    static void stop() {
        ROOM.close();
    }

    @Test
    void whomOneBlocksIsThereAtOnceInOrderPageByPage() {
        assertThat(page(ann, null, 50)).isEqualTo(new BlockPage(List.of(), null));

        record(blocked("z"), blocked("B"), blocked("é"), blocked("a"), blocked("b"));
        assertThat(page(ann, null, 2)).isEqualTo(new BlockPage(List.of(view("B"), view("a")), "a"));
        record(new UserUnblocked(ann, "a", AT), new UserUnblocked(ann, "z", AT), blocked("aa"));
        assertThat(page(ann, "a", 2)).isEqualTo(new BlockPage(List.of(view("aa"), view("b")), "b"));
        assertThat(page(ann, "b", 1)).isEqualTo(new BlockPage(List.of(view("é")), null));
        assertThat(page("B", null, 50).blocks()).isEmpty();
    }

    private static BlockView view(String user) {
        return new BlockView(user, AT);
    }

    private UserBlocked blocked(String user) {
        return new UserBlocked(ann, user, AT);
    }

    private void record(BlockEvent... events) {
        for (BlockEvent event : events) {
            LOG.append(List.of(
                    new GenericDomainEventMessage<>("Blocks", BlockCommand.blocksId(ann), sequence++, event)));
        }
    }

    private static BlockPage page(String user, @Nullable String after, int limit) {
        return ROOM.queries()
                .query(new FindBlocks(new Caller(user, false), after, limit), BlockPage.class)
                .join();
    }
}
