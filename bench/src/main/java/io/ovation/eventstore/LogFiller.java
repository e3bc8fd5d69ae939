package io.ovation.eventstore;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;

import com.zaxxer.hikari.HikariDataSource;
import io.ovation.UniqueEvent;
import io.ovation.content.TargetShape;
import io.ovation.conversation.ConversationEvent;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.NoOpEventUpcaster;

/**
 * Fills a data directory's log with events as a server would have recorded them, through the same engine, so that
 * sizes, types, times and identifiers are believable: a server that is started on it afterwards serves them. One
 * thread.
 */
public final class LogFiller implements AutoCloseable {
    private static final int BATCH = 500;

    private final EventStoreServer server;
    private final HikariDataSource pool;
    private final EventLog log;
    private final GroupCommit groupCommit;
    private final GroupCommitEventStorageEngine engine;

    private LogFiller(Path data) {
        server = EventStoreServer.start(null, data);
        pool = new HikariDataSource();
        pool.setDataSource(server.database().dataSource());
        pool.setMaximumPoolSize(2);
        Serializer json = EventJson.serializer(new TargetShape());
        LogTable table = new LogTable(pool, json, NoOpEventUpcaster.INSTANCE);
        log = new EventLog(table, BATCH, Duration.ofSeconds(1));
        groupCommit = new GroupCommit(server.database().dataSource(), log);
        engine = new GroupCommitEventStorageEngine(
                JdbcEventStorageEngine.builder()
                        .connectionProvider(pool::getConnection)
                        .transactionManager(NoTransactionManager.instance())
                        .eventSerializer(json)
                        .snapshotSerializer(json),
                groupCommit);
    }

    /** Starts the event store of a data directory, which no server may use meanwhile. */
    public static LogFiller open(Path data) {
        return new LogFiller(data);
    }

    /**
     * Appends so many events of a month of conversations, the last of them at {@code until}. Blocks until they are
     * durable.
     *
     * @return how many a second
     */
    public double fill(int events, Instant until, RandomGenerator random) {
        long start = System.nanoTime();
        MonthOfTalk talk = new MonthOfTalk(events, until, random);
        List<EventMessage<?>> batch = new ArrayList<>(BATCH);
        for (int i = 0; i < events; i++) {
            batch.add(message(talk.next(), random));
            if (batch.size() == BATCH || i == events - 1) {
                engine.appendEvents(List.copyOf(batch));
                batch.clear();
            }
        }
        return events * 1e9 / (System.nanoTime() - start);
    }

    private static EventMessage<?> message(MonthOfTalk.Said said, RandomGenerator random) {
        ConversationEvent event = said.event();
        String identifier = event instanceof UniqueEvent unique ? unique.uniqueId() : uuid(said.at(), random);
        Map<String, String> trace =
                Map.of("traceId", uuid(said.at(), random), "correlationId", uuid(said.at(), random));
        return new GenericDomainEventMessage<>(
                "Conversation",
                event.conversationId(),
                said.sequence(),
                event,
                MetaData.from(trace),
                identifier,
                said.at());
    }

    /** A UUID of version 7, of that time. */
    static String uuid(Instant at, RandomGenerator random) {
        return new UUID(
                        at.toEpochMilli() << 16 | 0x7000L | random.nextInt(0x1000),
                        random.nextLong() & ~(3L << 62) | 1L << 63)
                .toString();
    }

    /** Stops the event store; the log stays. */
    @Override
    public void close() {
        groupCommit.close();
        log.close();
        pool.close();
        server.close();
    }
}
