package io.ovation.eventstore;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.postgres.EmbeddedPostgres;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.NoOpEventUpcaster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.time.Instant.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;

/** Two nodes on one real PostgreSQL: what one appends, the other hears of. */
class SeveralNodesTest {
    private static final Serializer JSON = EventJson.serializer();

    /** So long that nothing comes by the poll. */
    private static final Duration NEVER = Duration.ofMinutes(10);

    private EmbeddedPostgres postgres;
    private HikariDataSource reads;
    private EventLog own;
    private GroupCommit groupCommit;
    private EventLog others;
    private AppendListener listener;

    @BeforeEach
    void twoNodes(@TempDir Path data) {
        postgres = EmbeddedPostgres.start(data);
        database().prepare();
        reads = new HikariDataSource();
        reads.setDataSource(database().dataSource());
        own = new EventLog(table(), 64, NEVER);
        groupCommit = new GroupCommit(database().dataSource(), own, new AppendMeters(), true);
        others = new EventLog(table(), 64, NEVER);
        listener = new AppendListener(database().dataSource(), others);
        listener.start();
    }

    @AfterEach
    void noNode() {
        listener.close();
        groupCommit.close();
        own.close();
        others.close();
        reads.close();
        postgres.close();
    }

    @Test
    void whatOneNodeAppendsTheOtherHearsOf() throws InterruptedException {
        BlockingStream<TrackedEventMessage<?>> stream = others.openStream(null);
        for (int i = 0; i < 3; i++) {
            String aggregate = append();
            assertThat(next(stream)).isEqualTo(aggregate);
        }
    }

    @Test
    void aConnectionThatIsLostIsReplacedAndNothingIsMissed() throws Exception {
        BlockingStream<TrackedEventMessage<?>> stream = others.openStream(null);
        assertThat(List.of(append())).containsExactly(next(stream));
        try (Connection connection = reads.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
                    + " OR query LIKE 'SELECT pg_notify(''ovation_%'");
        }
        assertThat(List.of(append())).containsExactly(next(stream));
    }

    private String append() {
        String aggregate = UUID.randomUUID().toString();
        groupCommit.append(List.of(StoredEvent.of(
                new GenericDomainEventMessage<>(
                        "Conversation", aggregate, 0, new MemberRemoved(aggregate, "ada", "ada", EPOCH)),
                JSON)));
        return aggregate;
    }

    private static String next(BlockingStream<TrackedEventMessage<?>> stream) throws InterruptedException {
        assertThat(stream.hasNextAvailable(20, TimeUnit.SECONDS)).isTrue();
        return ((MemberRemoved) stream.nextAvailable().getPayload()).conversationId();
    }

    private LogTable table() {
        return new LogTable(reads, JSON, NoOpEventUpcaster.INSTANCE);
    }

    private StoreDatabase database() {
        return new StoreDatabase(postgres.jdbcUrl(), postgres.user(), postgres.password());
    }
}
