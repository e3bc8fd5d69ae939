package io.ovation.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL's part of a data directory.
 *
 * <pre>
 * cluster/     PostgreSQL's own directory; postgresql.conf and pg_hba.conf in it are written anew at each start
 * log/         its log, a file for each day of the week; start.log has what came before
 * password     of the role that owns the database; if it is taken away, the next start makes another
 * backup-password  of the role that takes back-ups, likewise
 * local.conf   an operator's own settings, if there are any
 * </pre>
 *
 * <p>One role owns the one database, and has no power beyond it. Another may begin and end back-ups, and sees no row.
 * The superuser can't connect at all.
 */
final class Cluster {
    static final String USER = "ovation";
    static final String DATABASE = "ovation";
    static final String BACKUP_USER = "ovation_backup";

    /** Where the functions are granted to it; it holds nothing of ours. */
    static final String BACKUP_DATABASE = "postgres";

    static final String HOME = "postgres";
    static final String DIRECTORY = "cluster";
    static final String BACKUP_PASSWORD = "backup-password";

    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

    /** Counted from 0: after number, directory, start time, port, socket directory, address and shared memory key. */
    private static final int STATUS_LINE = 7;

    /** The start of a line of PostgreSQL's log, whose order as text is the order in time. */
    private static final DateTimeFormatter LOG_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

    private static final String UNFINISHED = "making-";
    private static final String ACCESS = "# Written by Ovation at each start: a change made here is lost.\n" + "host "
            + DATABASE + " " + USER + " 127.0.0.1/32 scram-sha-256\n" + "host " + BACKUP_DATABASE + " " + BACKUP_USER
            + " 127.0.0.1/32 scram-sha-256\n";

    private final Path home;
    private final Path directory;
    private final Programs programs;

    private Cluster(Path home, Programs programs) {
        this.home = home;
        this.directory = home.resolve(DIRECTORY);
        this.programs = programs;
    }

    /**
     * Makes the cluster if there is none, stops what is left of an earlier run if there is one, and leaves it ready to
     * be started.
     *
     * @param data the data directory; the caller holds its lock
     * @throws DataDirectoryUnavailable if that can't be done
     */
    static Cluster prepare(Path data) {
        Path home = data.resolve(HOME);
        try {
            if (!Files.isDirectory(home)) {
                Files.createDirectory(
                        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                Trees.syncName(home);
                Trees.syncName(data);
            }
            Cluster cluster = new Cluster(home, Programs.in(Binaries.unpacked(home)));
            cluster.prepare();
            return cluster;
        } catch (IOException e) {
            throw DataDirectoryUnavailable.because("The data directory " + data + " cannot be used", e);
        }
    }

    private void prepare() throws IOException {
        Files.createDirectories(logs());
        if (Files.isDirectory(directory)) {
            requireOurVersion();
            processes().stop();
            processes().removeStalePidFile();
            configure();
            giveMissingPasswords();
        } else {
            try {
                make();
            } catch (DataDirectoryUnavailable e) {
                throw new DataDirectoryUnavailable(
                        "The data directory " + home + " could not be set up: " + e.oneLine(), e);
            }
            configure();
        }
    }

    private void requireOurVersion() throws IOException {
        Path version = directory.resolve("PG_VERSION");
        String found = Files.exists(version) ? Files.readString(version).strip() : "an unknown version";
        if (!found.equals(programs.majorVersion())) {
            throw new DataDirectoryUnavailable("The data in " + directory + " is of PostgreSQL " + found
                    + ", and this Ovation brings " + programs.majorVersion()
                    + ": dump it with the Ovation that wrote it and load it into a new directory");
        }
    }

    /** A kill half-way leaves none: the cluster is made beside its place and renamed at the end. */
    private void make() throws IOException {
        try (var unfinished = Files.newDirectoryStream(home, UNFINISHED + "*")) {
            for (Path tree : unfinished) {
                Trees.delete(tree);
            }
        }
        // of an earlier cluster, which is gone
        Files.deleteIfExists(backupPasswordFile());
        Path making = Files.createTempDirectory(home, UNFINISHED);
        programs.run(
                "initdb",
                List.of(
                        "--pgdata=" + making,
                        "--username=postgres",
                        // no one but the role of pg_hba.conf may connect, and the superuser has no password
                        "--auth=reject",
                        "--encoding=UTF8",
                        // its own collation: an update of the system's C library can't make an index wrong
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--locale=C",
                        // a page that the disk spoiled is an error, and not an event that reads differently
                        "--data-checksums",
                        "--no-instructions"),
                "");
        String password = newPassword();
        String forBackups = newPassword();
        asSuperuser(
                making,
                "CREATE ROLE " + USER + " LOGIN PASSWORD '" + password + "'\n"
                        + "GRANT pg_monitor, pg_checkpoint TO " + USER + "\n"
                        + "CREATE DATABASE " + DATABASE + " OWNER " + USER + "\n"
                        + backupRole(forBackups));
        Files.deleteIfExists(passwordFile());
        Trees.move(making, directory);
        Trees.write(passwordFile(), password + "\n");
        Trees.write(backupPasswordFile(), forBackups + "\n");
    }

    /** Also the role for back-ups, which a cluster of an earlier Ovation lacks. */
    private void giveMissingPasswords() throws IOException {
        if (storedPassword().isEmpty()) {
            String password = newPassword();
            asSuperuser(directory, "ALTER ROLE " + USER + " PASSWORD '" + password + "'\n");
            Trees.write(passwordFile(), password + "\n");
        }
        if (!Files.exists(backupPasswordFile())) {
            String password = newPassword();
            asSuperuser(directory, backupRole(password));
            Trees.write(backupPasswordFile(), password + "\n");
        }
    }

    /**
     * A line is a statement. The right of replication is for the slot that keeps the log's segments while the files are
     * copied.
     */
    private static String backupRole(String password) {
        return "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '" + BACKUP_USER + "')"
                + " THEN CREATE ROLE " + BACKUP_USER + "; END IF; END $$\n"
                + "ALTER ROLE " + BACKUP_USER + " LOGIN REPLICATION PASSWORD '" + password + "'\n"
                + "GRANT EXECUTE ON FUNCTION pg_backup_start(text, boolean), pg_backup_stop(boolean) TO " + BACKUP_USER
                + "\n";
    }

    /**
     * In PostgreSQL's single-user mode, which asks for no password, since it needs the files; the server must not run.
     */
    private void asSuperuser(Path cluster, String statements) {
        List<String> arguments = List.of("--single", "-D", cluster.toString(), "-c", "log_checkpoints=off", "postgres");
        String output = programs.run("postgres", arguments, statements);
        Optional<String> error =
                output.lines().filter(line -> line.contains("ERROR:")).findFirst();
        if (error.isPresent()) {
            throw new DataDirectoryUnavailable("The database in " + cluster + " could not be set up: " + error.get());
        }
    }

    private void configure() throws IOException {
        try (InputStream settings = Objects.requireNonNull(
                Cluster.class.getResourceAsStream("postgresql.conf"), "postgresql.conf is packed with this class")) {
            Trees.write(
                    directory.resolve("postgresql.conf"), new String(settings.readAllBytes(), StandardCharsets.UTF_8));
        }
        Trees.write(directory.resolve("pg_hba.conf"), ACCESS);
    }

    /** Starts the server's first process; it doesn't take connections yet. */
    Process start(int port) throws IOException {
        // what no file may change
        List<String> settings = new ArrayList<>(List.of(
                "cluster_name=" + name(),
                "listen_addresses=127.0.0.1",
                "port=" + port,
                "unix_socket_directories=",
                "fsync=on",
                "synchronous_commit=on",
                "full_page_writes=on"));
        if (Binaries.isMac()) {
            // fsync alone leaves the data in the drive's cache there
            settings.add("wal_sync_method=fsync_writethrough");
        }
        List<String> arguments = new ArrayList<>(List.of("-D", directory.toString()));
        settings.forEach(setting -> arguments.addAll(List.of("-c", setting)));
        return programs.startServer(arguments, startLog());
    }

    /**
     * Whether the server takes connections, as its first process notes; asking it by connecting would fill its log with
     * refusals.
     */
    boolean isReady(long pid) {
        Path note = directory.resolve("postmaster.pid");
        try {
            List<String> lines = Files.exists(note) ? Files.readAllLines(note) : List.of();
            return lines.size() > STATUS_LINE
                    && lines.getFirst().strip().equals(Long.toString(pid))
                    && lines.get(STATUS_LINE).strip().equals("ready");
        } catch (IOException e) {
            LOG.trace("{} is just being made", note, e);
            return false;
        }
    }

    /**
     * Tells this cluster from all others on this machine: by the directory itself, so that a copy of it has another
     * name.
     */
    String name() throws IOException {
        Object key = Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
        String identity = Objects.requireNonNullElse(key, directory).toString();
        return "ovation-" + identity.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-|-$", "");
    }

    ClusterProcesses processes() throws IOException {
        return new ClusterProcesses(directory, name(), programs);
    }

    String password() throws IOException {
        return storedPassword()
                .orElseThrow(() -> new DataDirectoryUnavailable("The file " + passwordFile() + " is missing"));
    }

    Path passwordFile() {
        return home.resolve("password");
    }

    private Path backupPasswordFile() {
        return home.resolve(BACKUP_PASSWORD);
    }

    private Optional<String> storedPassword() throws IOException {
        return Files.exists(passwordFile())
                ? Optional.of(Files.readString(passwordFile()).strip()).filter(password -> !password.isEmpty())
                : Optional.empty();
    }

    private static String newPassword() {
        byte[] secret = new byte[24];
        new SecureRandom().nextBytes(secret);
        return HexFormat.of().formatHex(secret);
    }

    /**
     * Why a server has ended, in its own words.
     *
     * @param started when it was
     */
    String lastWords(Instant started) {
        String since = LOG_TIME.format(started);
        try (Stream<Path> files = Files.list(logs())) {
            Optional<String> complaint = files.flatMap(Cluster::complaints)
                    .filter(line -> line.compareTo(since) >= 0)
                    .max(Comparator.naturalOrder());
            String words = complaint
                    .orElse(Files.readString(startLog(), StandardCharsets.ISO_8859_1))
                    .strip();
            return words.isEmpty() ? "see " + logs() : words.replaceFirst("^.*?(FATAL|PANIC):\\s*", "");
        } catch (IOException | UncheckedIOException e) {
            return "its log cannot be read: " + e.getMessage();
        }
    }

    private static Stream<String> complaints(Path log) {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            return lines
                    .filter(line -> line.contains("FATAL:") || line.contains("PANIC:"))
                    // what a client was told that came too early
                    .filter(line -> !line.contains("the database system is "))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path startLog() {
        return logs().resolve("start.log");
    }

    private Path logs() {
        return home.resolve("log");
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
