package io.ovation.log;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.eventstore.TestStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Which places are good after starts and restored back-ups, on the real store. */
class LogLineageTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static @Nullable TestStore store;
    private static long sequence;

    @BeforeAll
    static void startTheStore(@TempDir Path data) {
        store = new TestStore(data);
    }

    @AfterAll
    static void stopTheStore() {
        store().close();
    }

    private static TestStore store() {
        return Objects.requireNonNull(store);
    }

    private static void append(int events) {
        for (int i = 0; i < events; i++) {
            store().append(List.of(
                    TestStore.event("aggregate", sequence, new MemberRemoved("c", "u" + sequence, "ada", AT), AT)));
            sequence++;
        }
    }

    private static String id() throws SQLException {
        try (Connection connection = store().reads().getConnection()) {
            return LogLineage.current(connection);
        }
    }

    private static boolean has(String id, long position) throws SQLException {
        try (Connection connection = store().reads().getConnection()) {
            return LogLineage.has(connection, id, position);
        }
    }

    private static boolean hasEvent(String id, long at) {
        return places().hasEvent(id, "aggregate", at).blockOptional().orElseThrow();
    }

    private static LogPlaces places() {
        return new LogPlaces(() -> store().reads(), Schedulers.boundedElastic());
    }

    @Test
    void aStartGivesANewIdAndPlacesOfTheOneBeforeStayGood() throws SQLException {
        append(3);
        String before = id();
        long told = store().head();
        store().start();
        assertThat(id()).isNotEqualTo(before);
        append(3);
        assertThat(has(before, told)).isTrue();
        assertThat(has(before, told + 1)).as("which was never told under that id").isFalse();
        assertThat(has(id(), store().head())).isTrue();
        assertThat(has("0000000000000000", 0)).as("an id that nobody gave").isFalse();
        assertThat(hasEvent(before, sequence - 4)).isTrue();
        assertThat(hasEvent(before, -1)).as("the place before the first event").isTrue();
        assertThat(hasEvent(before, sequence - 3)).isFalse();
        assertThat(hasEvent(id(), sequence - 1)).isTrue();
        assertThat(hasEvent(id(), sequence)).as("which is not there yet").isFalse();
    }

    @Test
    void aConnectionToTheSamePostgresKeepsTheId() throws SQLException {
        String before = id();
        store().reconnect();
        append(1);
        assertThat(id()).isEqualTo(before);
    }

    @Test
    void aNodeKnowsTheIdOfTheLogByTheTimeItTellsWhatWasAppendedUnderIt() throws SQLException {
        append(1);
        assertThat(store().identity().current()).isEqualTo(id());
        store().start();
        append(1);
        assertThat(store().identity().current()).isEqualTo(id());
    }

    @Test
    void anotherNodesStartIsFoundByTheNextLook() throws SQLException {
        String before = id();
        store().start();
        await().atMost(PATIENCE).until(() -> store().identity().current().equals(id()));
        assertThat(id()).isNotEqualTo(before);
    }

    @Test
    void whatARestoreUndidIsNoPlaceOfTheLogAnyMoreHoweverFarItHasGrown() throws SQLException {
        append(3);
        String atBackUp = id();
        TestStore.BackUp backUp = store().backUp();
        append(3);
        long undone = store().head();
        store().start();
        String lost = id();
        append(1);

        store().restore(backUp);
        sequence -= 4;
        append(10);

        assertThat(hasEvent(atBackUp, sequence - 11)).isTrue();
        assertThat(hasEvent(atBackUp, sequence - 10)).as("at whose place there is another").isFalse();
        assertThat(hasEvent(lost, sequence - 11)).isFalse();
        assertThat(hasEvent(lost, -1)).isFalse();
        assertThat(places().hasPosition(atBackUp, undone).block()).isFalse();
        assertThat(places().hasPosition(atBackUp, backUp.head()).block()).isTrue();
        assertThat(has(atBackUp, backUp.head())).isTrue();
        assertThat(has(atBackUp, undone)).as("told after the back-up, under the id that it has, too").isFalse();
        assertThat(has(lost, backUp.head())).as("the id is gone with the rest").isFalse();
        assertThat(has(id(), store().head())).isTrue();
    }
}
