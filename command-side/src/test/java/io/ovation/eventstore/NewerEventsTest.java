package io.ovation.eventstore;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import io.ovation.WrittenByNewer;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.postgres.EmbeddedPostgres;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.serialization.Serializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.time.Instant.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a newer version has written is shown as far as it is known, and nothing is decided on it. */
class NewerEventsTest {
    private static final Serializer JSON = EventJson.serializer();

    @Test
    void aggregatesAreNotMadeOfItAndTheLogShowsWhatIsKnown(@TempDir Path data) throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data);
                HikariDataSource reads = new HikariDataSource()) {
            StoreDatabase database = new StoreDatabase(postgres.jdbcUrl(), postgres.user(), postgres.password());
            database.prepare();
            reads.setDataSource(database.dataSource());
            LogTable table = new LogTable(reads, JSON, NewerEvents.told(JSON));
            try (EventLog log = new EventLog(table, 64, Duration.ofSeconds(1));
                    GroupCommit groupCommit = new GroupCommit(database.dataSource(), log)) {
                GroupCommitEventStorageEngine engine = new GroupCommitEventStorageEngine(
                        JdbcEventStorageEngine.builder()
                                .connectionProvider(reads::getConnection)
                                .transactionManager(NoTransactionManager.instance())
                                .eventSerializer(JSON)
                                .snapshotSerializer(JSON)
                                .upcasterChain(NewerEvents.refused(JSON)),
                        groupCommit);
                EmbeddedEventStore store = new SnapshotTolerantEventStore(
                        EmbeddedEventStore.builder().storageEngine(engine));
                engine.appendEvents(List.of(event("revision"), event("kind"), event("same"), event("before")));
                change(reads, "payloadrevision = '99'", "revision");
                change(reads, "payloadtype = 'io.ovation.conversation.Levitated'", "kind");
                change(reads, "payloadrevision = NULL", "before");

                for (String newer : List.of("revision", "kind")) {
                    assertThatThrownBy(() -> read(store, newer)).isInstanceOf(WrittenByNewer.class);
                }
                assertThat(read(store, "same")).hasSize(1);
                assertThat(read(store, "before")).hasSize(1);
                assertThat(table.page(-1, 10, 10).events()).hasSize(4).first().satisfies(event -> assertThat(
                                event.getPayload())
                        .isEqualTo(removed("revision")));
            }
        }
    }

    private static void change(HikariDataSource database, String change, String aggregate) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(
                        "UPDATE domainevententry SET " + change + " WHERE aggregateidentifier = ?")) {
            update.setString(1, aggregate);
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
    }

    private static List<? extends DomainEventMessage<?>> read(EmbeddedEventStore store, String aggregate) {
        return store.readEvents(aggregate).asStream().toList();
    }

    private static MemberRemoved removed(String aggregate) {
        return new MemberRemoved(aggregate, "eve", "ada", EPOCH);
    }

    private static DomainEventMessage<?> event(String aggregate) {
        return new GenericDomainEventMessage<>("Conversation", aggregate, 0, removed(aggregate));
    }
}
