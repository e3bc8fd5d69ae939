package io.ovation.postgres;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of the server: from its first process to that one's end. */
final class Postmaster {
    private static final Logger LOG = LoggerFactory.getLogger(Postmaster.class);
    private static final Duration TRY_EVERY = Duration.ofMillis(20);
    private static final Duration TELL_EVERY = Duration.ofSeconds(10);

    /** Without any of these an acknowledged event could be lost with the power. */
    private static final List<String> DURABLE = List.of("fsync", "synchronous_commit", "full_page_writes");

    private final Cluster cluster;
    private final int port;
    private final Process process;
    private final Instant started;

    private Postmaster(Cluster cluster, int port, Process process, Instant started) {
        this.cluster = cluster;
        this.port = port;
        this.process = process;
        this.started = started;
    }

    /** Starts it; it doesn't take connections yet. */
    static Postmaster launch(Cluster cluster, int port) {
        try {
            Instant now = Instant.now();
            return new Postmaster(cluster, port, cluster.start(port), now);
        } catch (IOException e) {
            throw DataDirectoryUnavailable.because("PostgreSQL could not be started in " + cluster, e);
        }
    }

    /**
     * Waits until it takes connections, for as long as it takes: after a crash it first replays what was not yet in its
     * tables. Then makes sure that it is this cluster's server and that it flushes what it commits.
     *
     * @param cancelled ends the wait
     * @throws DataDirectoryUnavailable if it ended, doesn't let us in or isn't durable
     */
    void awaitReady(BooleanSupplier cancelled) {
        long tell = System.nanoTime() + TELL_EVERY.toNanos();
        while (!cancelled.getAsBoolean()) {
            if (!process.isAlive()) {
                throw new DataDirectoryUnavailable(
                        "PostgreSQL did not start in " + cluster + ": " + cluster.lastWords(started));
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new DataDirectoryUnavailable("Interrupted while PostgreSQL was starting in " + cluster);
            }
            try {
                if (cluster.isReady(process.pid())) {
                    verify();
                    return;
                }
            } catch (SQLException e) {
                LOG.trace("PostgreSQL takes no connection yet", e);
                if (!isPassing(e)) {
                    throw new DataDirectoryUnavailable(refusal(e), e);
                }
            } catch (IOException e) {
                throw DataDirectoryUnavailable.because("The data directory " + cluster + " cannot be read", e);
            }
            if (System.nanoTime() - tell >= 0) {
                LOG.info("PostgreSQL is still recovering in {}, {} s after its start", cluster, age().toSeconds());
                tell = System.nanoTime() + TELL_EVERY.toNanos();
            }
            LockSupport.parkNanos(TRY_EVERY.toNanos());
        }
    }

    private PGSimpleDataSource dataSource() throws IOException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(EmbeddedPostgres.jdbcUrl(port));
        source.setUser(Cluster.USER);
        source.setPassword(cluster.password());
        source.setConnectTimeout(2);
        source.setSocketTimeout(10);
        return source;
    }

    /** Nothing listens yet, it is starting or stopping, or others have all its connections just now. */
    private static boolean isPassing(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("08") || state.equals("57P03") || state.equals("53300");
    }

    private String refusal(SQLException e) {
        return String.valueOf(e.getSQLState()).startsWith("28")
                ? "The password in " + cluster.passwordFile()
                        + " is not this PostgreSQL's: delete the file to have another one set"
                : "PostgreSQL in " + cluster + " does not let us in: " + e.getMessage();
    }

    private void verify() throws SQLException, IOException {
        try (Connection connection = dataSource().getConnection()) {
            if (!show(connection, "cluster_name").equals(cluster.name())) {
                throw new DataDirectoryUnavailable(
                        "Another PostgreSQL answers on port " + port + " instead of the one in " + cluster);
            }
            for (String setting : DURABLE) {
                String value = show(connection, setting);
                if (!value.equals("on")) {
                    throw new DataDirectoryUnavailable(
                            "PostgreSQL in " + cluster + " runs with " + setting + "=" + value
                                    + ", so that an acknowledged message could be lost: has it been set for the role "
                                    + "or the database?");
                }
            }
        }
    }

    private static String show(Connection connection, String setting) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW " + setting)) {
            result.next();
            return result.getString(1);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for its end, and says how that came. */
    String awaitEnd() throws InterruptedException {
        int exit = process.waitFor();
        // the way a shell and Java count a signal
        return exit > 128 ? "signal " + (exit - 128) : "exit " + exit;
    }

    Duration age() {
        return Duration.between(started, Instant.now());
    }

    /**
     * Ends it and all that belongs to it, cleanly if that can be, and waits for that, also in an interrupted thread: a
     * server left behind would have to be found by the next start.
     */
    void stop() {
        boolean interrupted = Thread.interrupted();
        try {
            ClusterProcesses processes = cluster.processes();
            processes.stop();
            if (!process.waitFor(1, TimeUnit.SECONDS)) {
                // it was so young that it could not be told as PostgreSQL's
                processes.stop();
                process.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            throw DataDirectoryUnavailable.because("The data directory " + cluster + " cannot be read", e);
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
