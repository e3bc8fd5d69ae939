package io.ovation.eventstore;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import io.ovation.content.TargetShape;
import io.ovation.live.LogIdentity;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.messaging.MetaData;
import org.axonframework.messaging.StreamableMessageSource;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.NoOpEventUpcaster;

import static org.axonframework.common.DateTimeUtils.formatInstant;

/** The event store as the server has it, without a server. */
public final class TestStore implements AutoCloseable {
    private final EventStoreServer server;
    private final HikariDataSource reads = new HikariDataSource();
    private final EventLog log;
    private final Serializer json = EventJson.serializer(new TargetShape());
    private GroupCommit groupCommit;
    private GroupCommitEventStorageEngine engine;

    /**
     * What a restore brings back.
     *
     * @param head the last position
     * @param id the last id of the log, as its number
     */
    public record BackUp(long head, long id) {}

    public TestStore(Path data) {
        server = EventStoreServer.start(null, data);
        reads.setDataSource(server.database().dataSource());
        reads.setMaximumPoolSize(4);
        log = new EventLog(new LogTable(reads, json, NoOpEventUpcaster.INSTANCE), 256, Duration.ofSeconds(1));
        groupCommit = new GroupCommit(server.database().dataSource(), log);
        engine = engine();
    }

    private GroupCommitEventStorageEngine engine() {
        return new GroupCommitEventStorageEngine(
                JdbcEventStorageEngine.builder()
                        .connectionProvider(reads::getConnection)
                        .transactionManager(NoTransactionManager.instance())
                        .eventSerializer(json)
                        .snapshotSerializer(json),
                groupCommit);
    }

    /** The connections that readers share. */
    public HikariDataSource reads() {
        return reads;
    }

    public StreamableMessageSource<TrackedEventMessage<?>> log() {
        return log;
    }

    /** The last position. */
    public long head() {
        return number("SELECT coalesce(max(globalindex), -1) FROM domainevententry");
    }

    /** Does to the database what the start of a node does. */
    public void start() {
        server.database().prepare();
        reconnect();
    }

    /** Has the next append go over a connection that is new. */
    public void reconnect() {
        groupCommit.close();
        groupCommit = new GroupCommit(server.database().dataSource(), log);
        engine = engine();
    }

    public BackUp backUp() {
        return new BackUp(head(), number("SELECT max(ordinal) FROM logid"));
    }

    /** Makes the log what it was, has it grow from there again, and starts a node on it. */
    public void restore(BackUp backUp) {
        try (Connection connection = server.database().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM domainevententry WHERE globalindex > " + backUp.head());
            statement.execute("DELETE FROM logid WHERE ordinal > " + backUp.id());
            statement.execute("SELECT setval('domainevententry_globalindex_seq', " + backUp.head() + ")");
            statement.execute("ALTER TABLE logid ALTER COLUMN ordinal RESTART WITH " + (backUp.id() + 1));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        start();
    }

    private long number(String query) {
        try (Connection connection = reads.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Which log this node knows it to be. */
    public LogIdentity identity() {
        return log;
    }

    /** An event of an aggregate, as it is appended. */
    public static EventMessage<?> event(String aggregate, long sequence, Object payload, Instant at) {
        return new GenericDomainEventMessage<>(
                "Conversation",
                aggregate,
                sequence,
                payload,
                MetaData.with("traceId", "t"),
                UUID.randomUUID().toString(),
                at);
    }

    /** Appends in one transaction, and returns when it is durable. */
    public void append(List<EventMessage<?>> events) {
        engine.appendEvents(events);
    }

    /** Puts a row into the table as somebody else's engine would. */
    public void row(String payloadType, byte[] payload, byte[] metadata, Instant at) {
        try (Connection connection = server.database().dataSource().getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO domainevententry (aggregateidentifier, sequencenumber, type, eventidentifier, "
                                + "metadata, payload, payloadrevision, payloadtype, timestamp)"
                                + " VALUES (?, 0, 'Foreign', ?, ?, ?, '7', ?, ?)")) {
            insert.setString(1, UUID.randomUUID().toString());
            insert.setString(2, UUID.randomUUID().toString());
            insert.setBytes(3, metadata);
            insert.setBytes(4, payload);
            insert.setString(5, payloadType);
            insert.setString(6, formatInstant(at));
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        groupCommit.close();
        log.close();
        reads.close();
        server.close();
    }
}
