package io.ovation.eventstore;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.postgres.EmbeddedPostgres;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.NoOpEventUpcaster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.time.Instant.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the appends of one group cost each other, counted in commits of a real PostgreSQL. */
class GroupCommitTest {
    private static final Serializer JSON = EventJson.serializer();
    private static final String LOCK = "SELECT pg_advisory_lock(1331052884)";
    private static EmbeddedPostgres postgres;
    private static HikariDataSource reads;

    private final List<Thread> commands = new ArrayList<>();
    private final Set<String> identifiers = ConcurrentHashMap.newKeySet();
    private EventLog log;
    private GroupCommit groupCommit;

    @BeforeAll
    static void aServer(@TempDir Path data) {
        postgres = EmbeddedPostgres.start(data);
        database().prepare();
        reads = new HikariDataSource();
        reads.setDataSource(database().dataSource());
    }

    @AfterAll
    static void noServer() {
        reads.close();
        postgres.close();
    }

    private static StoreDatabase database() {
        return new StoreDatabase(postgres.jdbcUrl(), postgres.user(), postgres.password());
    }

    @BeforeEach
    void aNode() {
        log = new EventLog(new LogTable(reads, JSON, NoOpEventUpcaster.INSTANCE), 64, Duration.ofMillis(20));
        groupCommit = new GroupCommit(database().dataSource(), log);
    }

    @AfterEach
    void noNode() {
        groupCommit.close();
        log.close();
    }

    private static DomainEventMessage<?> event(String aggregate, long sequence, String identifier) {
        return new GenericDomainEventMessage<>(
                "Conversation",
                aggregate,
                sequence,
                new MemberRemoved(aggregate, "u" + sequence, "ada", EPOCH),
                MetaData.emptyInstance(),
                identifier,
                EPOCH);
    }

    private static DomainEventMessage<?> event(String aggregate, long sequence) {
        return event(aggregate, sequence, id());
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    private void append(DomainEventMessage<?>... events) {
        for (DomainEventMessage<?> event : events) {
            identifiers.add(event.getIdentifier());
        }
        groupCommit.append(
                List.of(events).stream().map(event -> StoredEvent.of(event, JSON)).toList());
    }

    /** Starts an append and returns when it waits. */
    private Future<?> begin(DomainEventMessage<?>... events) {
        FutureTask<?> task = new FutureTask<>(() -> append(events), null);
        Thread command = Thread.ofVirtual().start(task);
        commands.add(command);
        while (command.getState() != Thread.State.TIMED_WAITING && command.isAlive()) {
            Thread.onSpinWait();
        }
        return task;
    }

    /** In how many transactions the events of this test were written. */
    private int commits() throws SQLException {
        try (Connection connection = database().dataSource().getConnection();
                var select = connection.prepareStatement(
                        "SELECT count(DISTINCT xmin::text) FROM domainevententry WHERE eventidentifier = ANY (?)")) {
            select.setArray(1, connection.createArrayOf("varchar", identifiers.toArray()));
            try (ResultSet count = select.executeQuery()) {
                count.next();
                return count.getInt(1);
            }
        }
    }

    private static void lock(Connection other) throws SQLException {
        try (Statement statement = other.createStatement()) {
            statement.execute(LOCK);
        }
    }

    @Test
    void whatConflictsIsLeftOutAndAllOthersAreOneCommit() throws Exception {
        String old = id();
        DomainEventMessage<?> stored = event(old, 0);
        append(stored);
        identifiers.clear();
        String hot = id();
        List<Future<?>> good = new ArrayList<>();
        List<Future<?>> conflicting = new ArrayList<>();
        Future<?> first;
        try (Connection other = database().dataSource().getConnection()) {
            lock(other);
            first = begin(event(id(), 0));
            IntStream.range(0, 20).forEach(i -> good.add(begin(event(id(), 0))));
            good.add(begin(event(hot, 0), event(hot, 1), event(hot, 2)));
            String resent = id();
            conflicting.add(begin(event(resent, 0), event(resent, 1, stored.getIdentifier())));
            conflicting.add(begin(event(old, 0)));
            conflicting.add(begin(event(old, 1), event(old, 0)));
            conflicting.add(begin(event(hot, 2), event(hot, 3)));
            String unit = id();
            good.add(begin(event(unit, 0), event(unit, 1)));
        }
        first.get(5, TimeUnit.SECONDS);
        for (Future<?> each : good) {
            each.get(5, TimeUnit.SECONDS);
        }
        for (Future<?> each : conflicting) {
            assertThatThrownBy(() -> each.get(5, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(DuplicateEvent.class);
        }
        identifiers.remove(stored.getIdentifier());
        assertThat(commits()).as("the one that was alone, and all others").isEqualTo(2);
    }

    @Test
    void whoLostToAnAppendThatWasItselfTurnedDownIsWritten() throws Exception {
        DomainEventMessage<?> stored = event(id(), 0);
        append(stored);
        String contended = id();
        Future<?> rival;
        Future<?> heir;
        try (Connection other = database().dataSource().getConnection()) {
            lock(other);
            begin(event(id(), 0));
            rival = begin(event(contended, 0), event(contended, 1, stored.getIdentifier()));
            heir = begin(event(contended, 0), event(contended, 1));
        }
        heir.get(5, TimeUnit.SECONDS);
        assertThatThrownBy(() -> rival.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(DuplicateEvent.class);
    }

    /** The embedded server's settings cannot be changed, so that what tells them is replaced. */
    @Test
    void aServerThatLosesWhatItAcknowledgedIsRefused() throws Exception {
        change("""
                CREATE FUNCTION public.current_setting(name text) RETURNS text LANGUAGE sql AS
                    $$ SELECT CASE name WHEN 'full_page_writes' THEN 'off' ELSE pg_catalog.current_setting(name) END $$
                """);
        change("ALTER DATABASE ovation SET search_path = public, pg_catalog");
        try {
            assertThatThrownBy(() -> database().dataSource().getConnection())
                    .isInstanceOf(StoreSession.NotDurable.class);
            assertThatThrownBy(() -> database().prepare())
                    .isInstanceOfSatisfying(EventStoreUnreachable.class, refused -> assertThat(refused.oneLine())
                            .contains("full_page_writes"));
        } finally {
            change("ALTER DATABASE ovation RESET search_path");
            change("DROP FUNCTION public.current_setting");
        }
    }

    @Test
    void aCommitIsFlushedWhateverTheDatabasesOwnSetting() throws Exception {
        change("ALTER DATABASE ovation SET synchronous_commit = off");
        try (Connection connection = database().dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet shown = statement.executeQuery("SHOW synchronous_commit")) {
            shown.next();
            assertThat(shown.getString(1)).isEqualTo("on");
        } finally {
            change("ALTER DATABASE ovation RESET synchronous_commit");
        }
    }

    private static void change(String sql) throws SQLException {
        try (Connection connection = reads.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
