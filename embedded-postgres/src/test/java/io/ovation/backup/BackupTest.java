package io.ovation.backup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import io.ovation.postgres.EmbeddedPostgres;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** One back-up of a real PostgreSQL that is written to all the while; what is done to it is done to copies. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class BackupTest {
    private static final String TELL = "INSERT INTO told (text) SELECT repeat(md5(random()::text), 200) RETURNING id";

    private final Path work;
    private final Path data;
    private final Path backup;
    private long toldBefore;

    BackupTest(@TempDir Path work) {
        this.work = work;
        this.data = work.resolve("data");
        this.backup = work.resolve("backups/first");
    }

    record Outcome(int code, String out, String err) {}

    @BeforeAll
    void takeOneUnderLoad() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data);
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Files.writeString(data.resolve("jwt-secret"), "a secret\n");
            Files.createDirectories(data.resolve("read-models"));
            Files.writeString(data.resolve("read-models/000001.sst"), "disposable");
            AtomicLong told = new AtomicLong();
            AtomicBoolean enough = new AtomicBoolean();
            CountingWriter writer = new CountingWriter(postgres, told, enough);
            Future<?> writing = threads.submit(writer::write);
            writer.await(500);
            toldBefore = told.get();
            Outcome taken = run("backup", backup.toString(), "--data", data.toString());
            enough.set(true);
            writing.get();
            assertThat(taken.err()).isEmpty();
            assertThat(taken.code()).isZero();
            assertThat(taken.out()).contains("backed up " + backup);
        }
    }

    /** Writes a row after the other, and counts those that were acknowledged. */
    private record CountingWriter(EmbeddedPostgres postgres, AtomicLong told, AtomicBoolean enough) {
        void write() {
            try (Connection connection = connect(postgres);
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE told (id bigserial PRIMARY KEY, text text NOT NULL)");
                while (!enough.get()) {
                    try (ResultSet row = statement.executeQuery(TELL)) {
                        row.next();
                        told(row.getLong(1));
                    }
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        private synchronized void told(long id) {
            told.set(id);
            notifyAll();
        }

        synchronized void await(long count) throws InterruptedException {
            while (told.get() < count) {
                wait();
            }
        }
    }

    private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
    }

    private static Outcome run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = BackupCommand.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                "0.0.0");
        return new Outcome(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void whatWasAcknowledgedBeforeItBeganIsThereAfterARestore() throws Exception {
        Path restored = work.resolve("restored");
        assertThat(run("backup", "--verify", backup.toString()).code()).isZero();
        Outcome outcome = run("restore", backup.toString(), "--data", restored.toString());
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.code()).isZero();
        assertThat(restored.resolve("jwt-secret")).hasContent("a secret");
        assertThat(restored.resolve("read-models")).doesNotExist();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(restored))).isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(restored.resolve("jwt-secret"))))
                .isEqualTo("rw-------");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(restored);
                Connection connection = connect(postgres)) {
            assertThat(number(connection, "SELECT count(*) FROM generate_series(1, " + toldBefore
                            + ") id WHERE NOT EXISTS (SELECT FROM told WHERE told.id = id AND length(text) = 6400)"))
                    .isZero();
            assertThat(number(connection, "SELECT count(*) FROM told")).isGreaterThanOrEqualTo(toldBefore);
            assertThat(number(connection, "SELECT timeline_id FROM pg_control_checkpoint()"))
                    .as("what was told after the back-up can be told from what will be told now")
                    .isEqualTo(2);
            assertThat(number(connection, "SELECT count(*) FROM pg_settings WHERE name = 'restore_command'"
                            + " AND setting <> ''"))
                    .as("no trace of the recovery")
                    .isZero();
        }
        // and it can itself be backed up, while it does not run
        Path second = work.resolve("backups/second");
        assertThat(run("backup", second.toString(), "--data", restored.toString()).err()).isEmpty();
        assertThat(run("restore", second.toString(), "--data", work.resolve("third").toString()).err()).isEmpty();
    }

    private static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getLong(1);
        }
    }

    @Test
    void nobodyElseCanReadIt() throws IOException {
        try (Stream<Path> all = Files.walk(backup)) {
            assertThat(all).isNotEmpty().allSatisfy(each -> assertThat(
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                    .isEqualTo(Files.isDirectory(each) ? "rwx------" : "rw-------"));
        }
    }

    @Test
    void aSegmentOfTheLogThatIsMissingIsNamed() throws Exception {
        Path copy = copy("without-a-segment");
        List<Path> segments = segments(copy);
        Files.delete(segments.getLast());
        refused(copy, segments.getLast().getFileName().toString(), "missing");
    }

    @Test
    void aSegmentThatTheManifestDoesNotNameEitherIsMissing() throws Exception {
        Path copy = copy("unnamed-segment");
        Path segment = segments(copy).getFirst();
        Files.delete(segment);
        Manifest manifest = BackedUp.in(copy).manifest();
        List<Manifest.Entry> others = manifest.files().stream()
                .filter(each -> !each.path().endsWith(segment.getFileName().toString()))
                .toList();
        Manifest shorter = new Manifest(
                manifest.version(), manifest.taken(), manifest.log(), manifest.directories(), others);
        Files.writeString(copy.resolve("manifest"), shorter.text());
        refused(copy, "segment " + segment.getFileName(), "write-ahead log");
    }

    @Test
    void theLabelThatIsMissingIsNamed() throws Exception {
        Path copy = copy("without-the-label");
        Files.delete(copy.resolve("data/postgres/cluster/backup_label"));
        refused(copy, "backup_label", "missing");
    }

    @Test
    void oneBitThatIsAnotherIsFound() throws Exception {
        Path copy = copy("one-bit");
        Path largest;
        try (Stream<Path> all = Files.walk(copy.resolve("data/postgres/cluster/base"))) {
            largest = all.filter(Files::isRegularFile)
                    .max((one, other) -> Long.compare(one.toFile().length(), other.toFile().length()))
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(largest);
        bytes[bytes.length / 2] ^= 1;
        Files.write(largest, bytes);
        refused(copy, largest.toString(), "not what was written");
    }

    @Test
    void anUnfinishedOneIsNone() throws Exception {
        Path copy = copy("unfinished");
        Files.delete(copy.resolve("manifest"));
        refused(copy, copy.toString(), "manifest is missing");
    }

    @Test
    void aManifestThatWasChangedIsNone() throws Exception {
        Path copy = copy("changed");
        Files.writeString(copy.resolve("manifest"), "file 00 1 data/x\n", StandardOpenOption.APPEND);
        refused(copy, "manifest is damaged");
    }

    @Test
    void whatIsThereAlreadyIsLeftAlone() throws Exception {
        assertThat(run("restore", backup.toString(), "--data", data.toString()).err())
                .contains(data + " is not empty");
        assertThat(run("backup", backup.toString(), "--data", data.toString()).err())
                .contains(backup + " is not empty");
        assertThat(run("backup", data.resolve("inside").toString(), "--data", data.toString()).err())
                .contains("cannot be in the data directory");
        assertThat(data.resolve("inside")).doesNotExist();
        assertThat(run("backup", work.resolve("none").toString(), "--data", work.resolve("absent").toString())
                        .err())
                .contains("no embedded log");
        assertThat(work.resolve("absent")).doesNotExist();
    }

    @Test
    void aCommandThatCannotBeUnderstoodIsTold() {
        for (String[] wrong : new String[][] {
            {},
            {"backup"},
            {"backup", "a", "b"},
            {"restore", "a"},
            {"restore", "a", "--data"},
            {"backup", "--fast", "a"}
        }) {
            Outcome outcome = run(wrong);
            assertThat(outcome.code()).isEqualTo(2);
            assertThat(outcome.err().lines()).hasSize(1);
        }
    }

    private void refused(Path copy, String... why) {
        Outcome verified = run("backup", "--verify", copy.toString());
        assertThat(verified.code()).isEqualTo(1);
        assertThat(verified.err()).contains(why);
        assertThat(verified.err().lines()).hasSize(1);
        Path target = work.resolve("never");
        Outcome restored = run("restore", copy.toString(), "--data", target.toString());
        assertThat(restored.code()).isEqualTo(1);
        assertThat(restored.err()).isEqualTo(verified.err());
        assertThat(target.toFile().list()).as("nothing is left of it").isNullOrEmpty();
    }

    private Path copy(String name) throws IOException {
        Path copy = work.resolve("copies/" + name);
        try (Stream<Path> all = Files.walk(backup)) {
            for (Path each : all.toList()) {
                Path to = copy.resolve(backup.relativize(each).toString());
                Files.createDirectories(to.getParent());
                Files.copy(each, to);
            }
        }
        return copy;
    }

    private static List<Path> segments(Path backup) throws IOException {
        try (Stream<Path> all = Files.list(backup.resolve("data/postgres/cluster/pg_wal"))) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
