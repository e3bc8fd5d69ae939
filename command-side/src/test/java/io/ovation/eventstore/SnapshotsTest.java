package io.ovation.eventstore;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import io.ovation.Unavailable;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.postgres.EmbeddedPostgres;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.NoOpEventUpcaster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.time.Instant.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A snapshot that cannot be read costs one replay; a database that cannot be read is no such thing. */
class SnapshotsTest {
    private static final Serializer JSON = EventJson.serializer();

    private static DomainEventMessage<?> event(String aggregate, long sequence) {
        return new GenericDomainEventMessage<>(
                "Conversation", aggregate, sequence, new MemberRemoved(aggregate, "u" + sequence, "ada", EPOCH));
    }

    private static List<Long> sequences(EmbeddedEventStore store, String aggregate) {
        return store.readEvents(aggregate)
                .asStream()
                .map(DomainEventMessage::getSequenceNumber)
                .toList();
    }

    @Test
    void oneThatCannotBeReadIsReplacedAndTheDatabasesAbsenceIsToldAsSuch(@TempDir Path data) throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data);
                HikariDataSource reads = new HikariDataSource()) {
            StoreDatabase database = new StoreDatabase(postgres.jdbcUrl(), postgres.user(), postgres.password());
            database.prepare();
            reads.setDataSource(database.dataSource());
            try (EventLog log = new EventLog(
                            new LogTable(reads, JSON, NoOpEventUpcaster.INSTANCE), 64, Duration.ofSeconds(1));
                    GroupCommit groupCommit = new GroupCommit(database.dataSource(), log)) {
                GroupCommitEventStorageEngine engine = new GroupCommitEventStorageEngine(
                        JdbcEventStorageEngine.builder()
                                .connectionProvider(reads::getConnection)
                                .transactionManager(NoTransactionManager.instance())
                                .eventSerializer(JSON)
                                .snapshotSerializer(JSON),
                        groupCommit);
                EmbeddedEventStore store = new SnapshotTolerantEventStore(
                        EmbeddedEventStore.builder().storageEngine(engine));
                String id = UUID.randomUUID().toString();
                engine.appendEvents(List.of(event(id, 0), event(id, 1), event(id, 2)));
                engine.storeSnapshot(event(id, 2));
                assertThat(sequences(store, id)).as("the snapshot").containsExactly(2L);

                try (Connection connection = reads.getConnection();
                        PreparedStatement spoil =
                                connection.prepareStatement("UPDATE snapshotevententry SET payload = 'no JSON'")) {
                    assertThat(spoil.executeUpdate()).isEqualTo(1);
                }
                assertThat(sequences(store, id)).as("all events").containsExactly(0L, 1L, 2L);

                engine.storeSnapshot(event(id, 2));
                assertThat(sequences(store, id)).as("the new snapshot").containsExactly(2L);

                reads.close();
                assertThatThrownBy(() -> sequences(store, id)).isInstanceOf(Unavailable.class);
            }
        }
    }
}
