package io.ovation.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Real processes, killed for real. All tests share one data directory, which each leaves in order or in the disorder
 * that the next must cope with.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class EmbeddedPostgresTest {
    private final Path data;

    EmbeddedPostgresTest(@TempDir Path data) {
        this.data = data;
    }

    @AfterEach
    void nothingIsLeftRunning() throws IOException {
        List<ProcessHandle> left = processesOf(data).running();
        left.forEach(ProcessHandle::destroyForcibly);
        assertThat(left).isEmpty();
    }

    @Test
    void everyCommitIsFlushedAndEveryPageProtected() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data)) {
            assertThat(one(postgres, "SHOW fsync")).isEqualTo("on");
            assertThat(one(postgres, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(one(postgres, "SHOW full_page_writes")).isEqualTo("on");
            assertThat(one(postgres, "SHOW data_checksums")).isEqualTo("on");
        }
    }

    @Test
    void theSettingsForAnEventLogAreInForce() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data)) {
            assertThat(one(postgres, "SHOW max_wal_size")).isEqualTo("2GB");
            assertThat(one(postgres, "SHOW checkpoint_timeout")).isEqualTo("15min");
            assertThat(one(postgres, "SHOW wal_compression")).isEqualTo("pglz");
            assertThat(one(postgres, "SHOW jit")).isEqualTo("off");
            assertThat(one(postgres, "SHOW autovacuum_vacuum_insert_scale_factor"))
                    .isEqualTo("0.02");
            assertThat(one(
                            postgres,
                            "SELECT datcollversion IS NOT NULL FROM pg_database WHERE datname = current_database()"))
                    .isEqualTo("t");
        }
        assertThat(data.resolve("postgres/log")).isDirectoryContaining("glob:**/postgresql-*.log");
    }

    @Test
    void anOperatorMayTuneItButNotAwayItsDurability() throws Exception {
        Path tuning = data.resolve("postgres/local.conf");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data)) {
            assertThat(one(postgres, "SHOW work_mem")).isEqualTo("4MB");
        }
        Files.writeString(tuning, "work_mem = 7MB\nsynchronous_commit = off\nfsync = off\nlisten_addresses = '*'\n");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data)) {
            assertThat(one(postgres, "SHOW work_mem")).isEqualTo("7MB");
            assertThat(one(postgres, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(one(postgres, "SHOW fsync")).isEqualTo("on");
            assertThat(one(postgres, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
        } finally {
            Files.delete(tuning);
        }
    }

    @Test
    void itRefusesToRunWhereCommitsAreNotFlushed() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data)) {
            run(postgres, "ALTER ROLE ovation SET synchronous_commit = off");
        }
        try {
            assertThatThrownBy(() -> EmbeddedPostgres.start(data))
                    .isInstanceOfSatisfying(DataDirectoryUnavailable.class, e -> assertThat(e.oneLine())
                            .contains("synchronous_commit=off")
                            .doesNotContain("\n"));
        } finally {
            superuser("ALTER ROLE ovation RESET synchronous_commit\n");
        }
        EmbeddedPostgres.start(data).close();
    }

    @Test
    void onlyTheOneRoleComesInWithItsPasswordAndOnlyOverLoopback() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data)) {
            assertThatThrownBy(() -> connect(postgres.jdbcUrl(), "ovation", "guessed"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
            assertThatThrownBy(() -> connect(postgres.jdbcUrl(), "postgres", postgres.password()))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("no pg_hba.conf entry");
            assertThatThrownBy(() -> connect(
                            postgres.jdbcUrl().replace("127.0.0.1", "127.0.0.2"), postgres.user(), postgres.password()))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("refused");
            assertThat(one(postgres, "SHOW unix_socket_directories")).isEmpty();
            assertThat(one(postgres, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
                    .isEqualTo("f");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("postgres/password"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void whatWasWrittenIsThereAfterCloseAndStart() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data)) {
            record(postgres, "closed");
        }
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data)) {
            assertThat(recorded(postgres)).contains("closed");
        }
    }

    @Test
    void aSecondServerOnTheSameDirectoryIsRefusedInThisProcessAndInAnother(@TempDir Path elsewhere) throws Exception {
        try (EmbeddedPostgres first = EmbeddedPostgres.start(data)) {
            Path otherName = Files.createSymbolicLink(elsewhere.resolve("link"), data);
            assertThatThrownBy(() -> EmbeddedPostgres.start(otherName))
                    .isInstanceOfSatisfying(DataDirectoryUnavailable.class, e -> assertThat(e.oneLine())
                            .startsWith("Another Ovation")
                            .contains(otherName.toString()));
            // the refusal above must not have freed the lock for other processes
            try (ChildServer second = ChildServer.start(data)) {
                assertThat(second.outcome())
                        .startsWith("Another Ovation (process "
                                + ProcessHandle.current().pid() + ")")
                        .contains(data.toString());
            }
            assertThat(one(first, "SELECT 1")).isEqualTo("1");
        }
        try (ChildServer now = ChildServer.start(data)) {
            assertThat(now.outcome()).isEqualTo("up");
        }
    }

    @Test
    void theOrphanOfAKilledServerIsStoppedCleanlyBeforeTheNextStart() throws Exception {
        ProcessHandle orphan;
        try (ChildServer child = ChildServer.start(data)) {
            assertThat(child.outcome()).isEqualTo("up");
            orphan = postmaster();
            recordInChild("orphan");
            child.kill();
        }
        assertThat(orphan.isAlive()).isTrue();
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data)) {
            assertThat(processesOf(data).running()).doesNotContain(orphan).contains(postmaster());
            assertThat(recorded(postgres)).contains("orphan");
        }
        assertThat(log())
                .as("stopped cleanly: no recovery")
                .doesNotContain("was not properly shut down", "was interrupted");
    }

    @Test
    void afterEverythingWasKilledTheNextStartRecovers() throws Exception {
        try (ChildServer child = ChildServer.start(data)) {
            assertThat(child.outcome()).isEqualTo("up");
            recordInChild("killed");
            List<ProcessHandle> all = processesOf(data).running();
            child.kill();
            all.forEach(ProcessHandle::destroyForcibly);
        }
        assertThat(data.resolve("postgres/cluster/postmaster.pid")).exists();
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data)) {
            assertThat(recorded(postgres)).contains("killed");
        }
    }

    @Test
    void aBackendThatOutlivesItsPostmasterIsEndedBeforeTheNextStart() throws Exception {
        ProcessHandle busy;
        CompletableFuture<Void> endless;
        try (ChildServer child = ChildServer.start(data)) {
            assertThat(child.outcome()).isEqualTo("up");
            Connection connection = connectToChild();
            busy = ProcessHandle.of(Long.parseLong(one(connection, "SELECT pg_backend_pid()")))
                    .orElseThrow();
            CompletableFuture<Void> begun = new CompletableFuture<>();
            // neither waits for anything nor looks up: it doesn't notice that its postmaster is gone
            endless = CompletableFuture.runAsync(() -> runUntilCut(connection, begun));
            begun.get();
            child.kill();
            postmaster().destroyForcibly();
        }
        assertThat(busy.isAlive()).isTrue();
        EmbeddedPostgres.start(data).close();
        assertThat(processesOf(data).running()).doesNotContain(busy);
        endless.get();
    }

    @Test
    void aKilledPostgresIsStartedAgainOnTheSamePortAndPoolsRecoverByThemselves() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data);
                HikariDataSource pool = pool(postgres)) {
            record(postgres, "before the kill");
            String started = oneAtLast(pool, "SELECT pg_postmaster_start_time()");
            for (int round = 0; round < 3; round++) {
                postmaster().destroyForcibly();
                String before = started;
                do {
                    // a backend may still answer before it notices that its postmaster is gone
                    started = oneAtLast(pool, "SELECT pg_postmaster_start_time()");
                } while (started.equals(before));
                assertThat(oneAtLast(pool, "SELECT count(*) FROM written WHERE what = 'before the kill'"))
                        .isEqualTo("1");
            }
            run(postgres, "DELETE FROM written WHERE what = 'before the kill'");
        }
    }

    @Test
    void closingAsSoonAsItHasDiedLeavesNothingBehind() throws Exception {
        EmbeddedPostgres postgres = EmbeddedPostgres.start(data);
        postmaster().destroyForcibly();
        CompletableFuture<Void> other = CompletableFuture.runAsync(postgres::close);
        postgres.close();
        other.get();
        assertThat(processesOf(data).running()).isEmpty();
    }

    @Test
    void closingWhileItIsBeingStartedAgainLeavesNothingBehind() throws Exception {
        EmbeddedPostgres postgres = EmbeddedPostgres.start(data);
        // holds the supervisor up: it waits for this backend before it starts another server
        Connection connection = connect(postgres.jdbcUrl(), postgres.user(), postgres.password());
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Void> endless = CompletableFuture.runAsync(() -> runUntilCut(connection, begun));
        begun.get();
        postmaster().destroyForcibly();
        awaitSupervisorIn("isRestarted");
        postgres.close();
        endless.get();
        assertThat(processesOf(data).running()).isEmpty();
    }

    private static void awaitSupervisorIn(String method) {
        while (Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().equals("postgres-supervisor"))
                .flatMap(thread -> Stream.of(thread.getValue()))
                .noneMatch(frame -> frame.getMethodName().equals(method))) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aForeignProcessWithTheNumberInThePidFileIsLeftAlone() throws Exception {
        EmbeddedPostgres.start(data).close();
        Process foreign = new ProcessBuilder("sleep", "600").start();
        try {
            notePid(foreign.pid());
            EmbeddedPostgres.start(data).close();
            assertThat(foreign.isAlive()).isTrue();
        } finally {
            foreign.destroyForcibly();
        }
    }

    @Test
    void aPostgresOfAnotherDirectoryWithTheNumberInThePidFileIsLeftAlone(@TempDir Path elsewhere) throws Exception {
        EmbeddedPostgres.start(data).close();
        try (EmbeddedPostgres other = EmbeddedPostgres.start(elsewhere)) {
            ProcessHandle foreign = postmaster(elsewhere);
            notePid(foreign.pid());
            EmbeddedPostgres.start(data).close();
            assertThat(postmaster(elsewhere)).isEqualTo(foreign);
            assertThat(one(other, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aCtrlCInTheTerminalStopsTheServerButNotItsPostgres() throws Exception {
        assumeThat(Files.isExecutable(Path.of("/usr/bin/setsid"))).isTrue();
        ProcessHandle postgres;
        // whoever runs the tests in the background of a script has it ignore the signal, and so would the child
        try (ChildServer child = ChildServer.start(data, "setsid", "env", "--default-signal=INT")) {
            assertThat(child.outcome()).isEqualTo("up");
            postgres = postmaster();
            // to the whole group, as a terminal does; and no hook of ours stops PostgreSQL before everything else has
            // drained
            assertThat(new ProcessBuilder("kill", "-INT", "--", "-" + child.pid())
                            .start()
                            .waitFor())
                    .isZero();
            assertThat(child.hasEnded()).isTrue();
        }
        assertThat(postgres.isAlive()).isTrue();
        EmbeddedPostgres.start(data).close();
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsOneLine(@TempDir Path elsewhere) throws Exception {
        Path file = Files.writeString(elsewhere.resolve("file"), "");
        assertThatThrownBy(() -> EmbeddedPostgres.start(file.resolve("data")))
                .isInstanceOfSatisfying(DataDirectoryUnavailable.class, e -> assertThat(e.oneLine())
                        .startsWith("The data directory " + file)
                        .contains("cannot be written"));
    }

    @Test
    void aDirectoryWithoutPermissionIsOneLine(@TempDir Path elsewhere) throws Exception {
        Path closed = Files.createDirectory(elsewhere.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-x------"));
        assumeThat(Files.isWritable(closed)).as("root may write everywhere").isFalse();
        assertThatThrownBy(() -> EmbeddedPostgres.start(closed))
                .isInstanceOfSatisfying(DataDirectoryUnavailable.class, e -> assertThat(e.oneLine())
                        .startsWith("The data directory " + closed)
                        .contains("cannot be written"));
    }

    @Test
    void dataOfAnotherMajorVersionIsOneLine() throws Exception {
        EmbeddedPostgres.start(data).close();
        Path version = data.resolve("postgres/cluster/PG_VERSION");
        String ours = Files.readString(version);
        Files.writeString(version, "16\n");
        try {
            assertThatThrownBy(() -> EmbeddedPostgres.start(data))
                    .isInstanceOfSatisfying(DataDirectoryUnavailable.class, e -> assertThat(e.oneLine())
                            .contains("is of PostgreSQL 16, and this Ovation brings 17"));
        } finally {
            Files.writeString(version, ours);
        }
        EmbeddedPostgres.start(data).close();
    }

    @Test
    void whyPostgresDoesNotStartIsSaidInItsOwnWords(@TempDir Path elsewhere) throws Exception {
        EmbeddedPostgres.start(data).close();
        Path control = data.resolve("postgres/cluster/global/pg_control");
        Path aside = Files.move(control, elsewhere.resolve("pg_control"));
        try {
            assertThatThrownBy(() -> EmbeddedPostgres.start(data))
                    .isInstanceOfSatisfying(DataDirectoryUnavailable.class, e -> assertThat(e.oneLine())
                            .startsWith("PostgreSQL did not start in ")
                            .contains("pg_control"));
        } finally {
            Files.move(aside, control);
        }
        EmbeddedPostgres.start(data).close();
    }

    @Test
    void aPasswordThatWasTakenAwayIsReplacedAndAWrongOneIsOneLine() throws Exception {
        Path file = data.resolve("postgres/password");
        String first;
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data)) {
            first = postgres.password();
        }
        Files.writeString(file, "wrong\n");
        assertThatThrownBy(() -> EmbeddedPostgres.start(data))
                .isInstanceOfSatisfying(DataDirectoryUnavailable.class, e -> assertThat(e.oneLine())
                        .contains(file + " is not this PostgreSQL's"));
        Files.delete(file);
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data)) {
            assertThat(postgres.password()).hasSize(48).isNotEqualTo(first);
            assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Test
    void aClusterThatWasBeingMadeWhenTheServerWasKilledIsMadeAgain(@TempDir Path elsewhere) throws Exception {
        Path halfMade = Files.createDirectories(elsewhere.resolve("postgres/making-123/base/1"));
        Files.writeString(halfMade.resolve("112"), "half");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(elsewhere)) {
            assertThat(one(postgres, "SELECT 1")).isEqualTo("1");
        }
        assertThat(elsewhere.resolve("postgres")).isDirectoryNotContaining("glob:**/making-*");
    }

    @Test
    void theProcessesAreTheSameByTheirDirectoryAndByTheirTitles() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data);
                Connection connection = connect(postgres.jdbcUrl(), postgres.user(), postgres.password())) {
            String name = one(connection, "SHOW cluster_name");
            Path directory = data.resolve("postgres/cluster");
            ClusterProcesses titled = new ClusterProcesses(directory, name, programs(), false);
            assertThat(titled.running())
                    .hasSizeGreaterThan(5)
                    .contains(postmaster())
                    .containsExactlyInAnyOrderElementsOf(processesOf(data).running());
        }
    }

    private ClusterProcesses processesOf(Path data) {
        return new ClusterProcesses(data.resolve("postgres/cluster"), "", programs());
    }

    private Programs programs() {
        return Programs.in(Binaries.unpacked(data));
    }

    private ProcessHandle postmaster() throws IOException {
        return postmaster(data);
    }

    private ProcessHandle postmaster(Path data) throws IOException {
        long pid = Long.parseLong(Files.readAllLines(data.resolve("postgres/cluster/postmaster.pid"))
                .getFirst());
        return ProcessHandle.of(pid).orElseThrow();
    }

    /** As if the server had been killed and its number been given to another process. */
    private void notePid(long pid) throws IOException {
        Path directory = data.resolve("postgres/cluster");
        Files.writeString(
                directory.resolve("postmaster.pid"),
                pid + "\n" + directory + "\n1700000000\n5432\n\n127.0.0.1\n 1234567 89\nready\n");
    }

    private void superuser(String statement) throws IOException {
        String output = programs()
                .run(
                        "postgres",
                        List.of(
                                "--single",
                                "-D",
                                data.resolve("postgres/cluster").toString(),
                                "postgres"),
                        statement);
        assertThat(output).doesNotContain("ERROR");
    }

    private String log() throws IOException {
        StringBuilder log = new StringBuilder();
        try (var files = Files.newDirectoryStream(data.resolve("postgres/log"), "postgresql-*.log")) {
            for (Path file : files) {
                log.append(Files.readString(file));
            }
        }
        return log.substring(Math.max(0, log.lastIndexOf("starting PostgreSQL")));
    }

    private static HikariDataSource pool(EmbeddedPostgres postgres) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(postgres.jdbcUrl());
        pool.setUsername(postgres.user());
        pool.setPassword(postgres.password());
        pool.setMaximumPoolSize(2);
        pool.setConnectionTimeout(60_000);
        return pool;
    }

    private void recordInChild(String what) throws SQLException, IOException {
        try (Connection connection = connectToChild()) {
            record(connection, what);
        }
    }

    private Connection connectToChild() throws SQLException, IOException {
        List<String> note = Files.readAllLines(data.resolve("postgres/cluster/postmaster.pid"));
        String password = Files.readString(data.resolve("postgres/password")).strip();
        return connect(EmbeddedPostgres.jdbcUrl(Integer.parseInt(note.get(3))), "ovation", password);
    }

    private static void record(EmbeddedPostgres postgres, String what) throws SQLException {
        try (Connection connection = connect(postgres.jdbcUrl(), postgres.user(), postgres.password())) {
            record(connection, what);
        }
    }

    private static void record(Connection connection, String what) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS written (what text)");
            statement.execute("INSERT INTO written VALUES ('" + what + "')");
        }
    }

    private static String recorded(EmbeddedPostgres postgres) throws SQLException {
        return one(postgres, "SELECT string_agg(what, ', ') FROM written");
    }

    private static void run(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (Connection connection = connect(postgres.jdbcUrl(), postgres.user(), postgres.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void runUntilCut(Connection connection, CompletableFuture<Void> begun) {
        try (connection;
                Statement statement = connection.createStatement()) {
            begun.complete(null);
            statement.execute("SELECT count(*) FROM generate_series(1, 1000000000000)");
        } catch (SQLException e) {
            assertThat(e.getSQLState()).startsWith("08");
        }
    }

    /** A pool may still hand out each of its old connections once, and drops it when it fails. */
    private static String oneAtLast(HikariDataSource pool, String sql) throws SQLException {
        SQLException last = new SQLException();
        for (int attempt = 0; attempt <= pool.getMaximumPoolSize(); attempt++) {
            try (Connection connection = pool.getConnection()) {
                return one(connection, sql);
            } catch (SQLException e) {
                last = e;
            }
        }
        throw last;
    }

    private static String one(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (Connection connection = connect(postgres.jdbcUrl(), postgres.user(), postgres.password())) {
            return one(connection, sql);
        }
    }

    private static String one(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return Optional.ofNullable(result.getString(1)).orElse("");
        }
    }

    private static Connection connect(String url, String user, String password) throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }
}
