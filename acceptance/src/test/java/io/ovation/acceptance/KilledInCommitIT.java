package io.ovation.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code kill -9} in the middle of a commit. A group is held where it is to be hit: before its first row, by the lock
 * that every append takes, or between its flush and the answer, by a standby which PostgreSQL is told to wait for and
 * which there is none of.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KilledInCommitIT {
    private static final int WRITERS = 16;

    /** So many that each message is nearly always the only one on its way to its own. */
    private static final int CONVERSATIONS = 64;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final OvationServer.Launch launch =
            OvationServer.fresh("killed-in-commit").with("--ovation.limits.enabled=false");
    private final Store store = new Store(launch.data().resolve("postgres"));
    private final Ledger ledger = new Ledger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private OvationServer server = launch.start();
    private List<String> conversations = List.of();

    @BeforeAll
    void start() {
        conversations = IntStream.range(0, CONVERSATIONS)
                .mapToObj(_ -> owner().open(Json.object("kind", "group", "members", Writers.names(WRITERS)))
                        .accepted()
                        .text("conversationId"))
                .toList();
    }

    @AfterAll
    void stop() {
        server.close();
        threads.shutdownNow();
    }

    @Test
    void whatHadNotBegunIsNotThere() throws Exception {
        try (Writers _ = writersAtWork();
                Connection _ = holdGroup()) {
            server.killAll();
        }
        server = launch.start();
        assertThat(ledger.pending()).hasSize(WRITERS).noneMatch(this::isStored);
        assertThereOnceWhenSentAgain();
    }

    @Test
    void whatPostgresDoesAfterTheServersDeathIsThere() throws Exception {
        try (Writers _ = writersAtWork();
                Connection _ = holdGroup()) {
            server.killJvm();
        }
        Await.until("PostgreSQL has done what it was told", PATIENCE, () -> store.append() == 0);
        server = launch.start();
        assertThat(ledger.pending().stream().filter(this::isStored))
                .as("a group")
                .hasSizeGreaterThan(1);
        assertThereOnceWhenSentAgain();
    }

    @Test
    void whatWasFlushedIsThere() throws Exception {
        try (Writers _ = writersAtWork()) {
            holdAnswerOf(holdGroup());
            server.killAll();
        }
        server = launch.start();
        assertThat(ledger.pending().stream().filter(this::isStored))
                .as("a group")
                .hasSizeGreaterThan(1);
        assertThereOnceWhenSentAgain();
    }

    @Test
    void whatWasFlushedIsAcknowledgedWhenOnlyPostgresIsKilled() throws Exception {
        try (Writers writers = writersAtWork()) {
            holdAnswerOf(holdGroup());
            Collection<Ledger.Said> unanswered = ledger.pending();
            server.killPostgres();
            Await.until(
                    "all are acknowledged", PATIENCE, () -> unanswered.stream().allMatch(ledger::isAcknowledged));
            writers.stop();
        }
        assertThat(server.isAlive()).isTrue();
        assertThereOnceWhenSentAgain();
    }

    private HttpApi owner() {
        return new HttpApi(server, "owner", Tokens.of("owner"));
    }

    private Writers writersAtWork() {
        long before = ledger.acknowledged();
        Writers writers = Writers.start(server, ledger, conversations, WRITERS);
        Await.until("the writers are at work", PATIENCE, () -> ledger.acknowledged() > before + 200);
        return writers;
    }

    /**
     * Answers what holds a group before its rows, when one waits there and all before it was answered. The first append
     * to meet the lock is mostly alone, and what has gathered behind it is the group that is wanted; where it is the
     * other way round, that one is let through as well.
     */
    private Connection holdGroup() throws Exception {
        Connection holder = store.connect();
        Store.lockAppenders(holder);
        long before;
        do {
            Await.until("an append waits", PATIENCE, () -> store.waitForAppenders() == 1);
            before = ledger.acknowledged();
            holder = handOver(holder);
            Await.until("all before it was answered", PATIENCE, () -> store.messages() == ledger.acknowledged());
        } while (ledger.acknowledged() - before > WRITERS / 2);
        Await.until("a group waits", PATIENCE, () -> store.waitForAppenders() == 1);
        return holder;
    }

    /** Lets through the one that waits, and no other. */
    private Connection handOver(Connection holder) throws Exception {
        try (holder) {
            Connection next = store.connect();
            Future<?> inLine = threads.submit(() -> {
                Store.lockAppenders(next);
                return null;
            });
            Await.until("the next holder stands in line", PATIENCE, () -> store.waitForAppenders() == 2);
            holder.close();
            inLine.get();
            return next;
        }
    }

    /** Lets a group be written and flushed, but not be answered. A PostgreSQL that is started later doesn't wait. */
    private void holdAnswerOf(Connection group) throws Exception {
        Path settings = store.directory().resolve("local.conf");
        Files.writeString(settings, "synchronous_standby_names = 'nobody'\n");
        ProcessHandle postmaster = server.postgres().orElseThrow();
        assertThat(new ProcessBuilder("kill", "-HUP", Long.toString(postmaster.pid()))
                        .start()
                        .waitFor())
                .isZero();
        Connection other = store.connect();
        threads.submit(() -> {
            while (true) {
                // a commit of its own, until one waits, and then until PostgreSQL is killed
                Store.execute(other, "SELECT pg_logical_emit_message(true, 'test', '')");
            }
        });
        Await.until("commits wait", PATIENCE, () -> store.waitForStandby() == 1);
        group.close();
        Await.until("the commit of the group waits", PATIENCE, () -> store.waitForStandby() == 2);
        Files.delete(settings);
    }

    private boolean isStored(Ledger.Said message) {
        return owner().history(message.conversationId(), Json.object("limit", 200))
                .accepted()
                .body()
                .path("messages")
                .valueStream()
                .anyMatch(each -> each.path("messageId").asString().equals(message.messageId()));
    }

    private void assertThereOnceWhenSentAgain() {
        conversations.forEach(each -> ledger.assertKept(each, owner()));
        DurabilityIT.sendAgain(server, ledger);
        assertThat(ledger.pending()).isEmpty();
        conversations.forEach(each -> ledger.assertKept(each, owner()));
        assertThat(ledger.refusals()).as("the codes of all errors").isSubsetOf("unavailable");
    }

    /** PostgreSQL, as whoever may read the data directory gets at it. */
    private record Store(Path directory) {
        /** What every append takes for its transaction: 'OVAT'. */
        private static final int APPENDERS = 0x4F564154;

        Connection connect() throws IOException, SQLException {
            String port = Files.readAllLines(directory.resolve("cluster/postmaster.pid"))
                    .get(3)
                    .strip();
            String password = Files.readString(directory.resolve("password")).strip();
            return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/ovation", "ovation", password);
        }

        /** Holds all that append from now on, until the connection ends. */
        static void lockAppenders(Connection connection) throws SQLException {
            execute(connection, "SELECT pg_advisory_lock(" + APPENDERS + ")");
        }

        long waitForAppenders() throws IOException, SQLException {
            return count("FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
        }

        long waitForStandby() throws IOException, SQLException {
            return count("FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
        }

        long append() throws IOException, SQLException {
            return count("FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'INSERT INTO domainevententry%'");
        }

        long messages() throws IOException, SQLException {
            return count("FROM domainevententry WHERE payloadtype LIKE '%$MessageSent'");
        }

        private long count(String what) throws IOException, SQLException {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery("SELECT count(*) " + what)) {
                result.next();
                return result.getLong(1);
            }
        }

        static void execute(Connection connection, String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }
    }
}
