package io.ovation.postgres;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server of our own in a data directory, with every commit flushed, on a free port of 127.0.0.1 and behind
 * a random password.
 *
 * <p>Its life is ours as far as that goes: {@link #close()} stops it; if it dies it is started again on the same port,
 * so that connection pools recover by themselves; if this process is killed it lives on, and the next start stops it
 * before it starts another. The directory's lock makes sure that there is one of us. It registers no shutdown hook:
 * whoever starts it closes it, after all that uses it.
 *
 * <p>All methods may be called by any thread.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
    private static final int START_TRIES = 3;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** A server that lived this long has not died of its start. */
    private static final Duration SOUND = Duration.ofMinutes(1);

    private static final Duration SUPERVISOR_END = Duration.ofSeconds(30);

    private final DirectoryLock directory;
    private final Cluster cluster;
    private final String password;
    private final int port;
    private final Thread supervisor;

    private final ReentrantLock guard = new ReentrantLock();
    private final Condition closing = guard.newCondition();
    // both guarded by it: after it is closed no server is started any more
    private Postmaster postmaster;
    private boolean closed;

    private EmbeddedPostgres(
            DirectoryLock directory, Cluster cluster, String password, int port, Postmaster postmaster) {
        this.directory = directory;
        this.cluster = cluster;
        this.password = password;
        this.port = port;
        this.postmaster = postmaster;
        this.supervisor =
                Thread.ofPlatform().name("postgres-supervisor").daemon().unstarted(this::supervise);
    }

    /**
     * Starts the server and returns once it takes connections; blocks for that long: a second or two, more after a
     * crash with much to replay.
     *
     * @param dataDirectory made if it isn't there; the server has its part of it, {@code postgres}, and the lock
     * @throws DataDirectoryUnavailable if another Ovation has it, it can't be used or PostgreSQL doesn't run; nothing
     *     is left running then
     */
    public static EmbeddedPostgres start(Path dataDirectory) {
        Path data = dataDirectory.toAbsolutePath().normalize();
        DirectoryLock lock = DirectoryLock.take(data);
        boolean started = false;
        try {
            Cluster cluster = Cluster.prepare(data);
            EmbeddedPostgres postgres = start(lock, cluster);
            started = true;
            postgres.supervisor.start();
            LOG.info("PostgreSQL is up in {} on port {}", cluster, postgres.port);
            return postgres;
        } catch (IOException e) {
            throw DataDirectoryUnavailable.because("The data directory " + data + " cannot be used", e);
        } finally {
            if (!started) {
                lock.close();
            }
        }
    }

    private static EmbeddedPostgres start(DirectoryLock lock, Cluster cluster) throws IOException {
        for (int attempt = 1; ; attempt++) {
            int port = LoopbackPort.free();
            Postmaster postmaster = Postmaster.launch(cluster, port);
            try {
                postmaster.awaitReady(() -> false);
                return new EmbeddedPostgres(lock, cluster, cluster.password(), port, postmaster);
            } catch (DataDirectoryUnavailable e) {
                boolean portWasTaken = !postmaster.isAlive() && !LoopbackPort.isFree(port);
                postmaster.stop();
                if (!portWasTaken || attempt == START_TRIES) {
                    throw e;
                }
                LOG.debug("Port {} was taken meanwhile", port, e);
            }
        }
    }

    /** The database's address, the same for as long as this lives; without user and password. */
    public String jdbcUrl() {
        return jdbcUrl(port);
    }

    static String jdbcUrl(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + Cluster.DATABASE;
    }

    /** The role that owns the database. */
    public String user() {
        return Cluster.USER;
    }

    public String password() {
        return password;
    }

    private void supervise() {
        Duration pause = Duration.ZERO;
        Postmaster current = postmaster();
        while (true) {
            String end;
            try {
                end = current.awaitEnd();
            } catch (InterruptedException e) {
                // nobody interrupts this thread but a JVM that goes down
                Thread.currentThread().interrupt();
                return;
            }
            if (isClosed()) {
                return;
            }
            LOG.error("PostgreSQL has ended ({}) and is started again", end);
            pause = current.age().compareTo(SOUND) >= 0 ? Duration.ZERO : pause;
            do {
                if (!pausedFor(pause)) {
                    return;
                }
                pause = longer(pause);
            } while (!isRestarted());
            current = postmaster();
        }
    }

    private static Duration longer(Duration pause) {
        Duration longer = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
        return longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
    }

    /** Tries once. What is left of the one that died has to go first, since it may still write. */
    private boolean isRestarted() {
        try {
            cluster.processes().stop();
            cluster.processes().removeStalePidFile();
            Postmaster next = launchUnlessClosed();
            next.awaitReady(this::isClosed);
            if (!isClosed()) {
                LOG.info("PostgreSQL is up again on port {}", port);
            }
            return true;
        } catch (DataDirectoryUnavailable e) {
            LOG.error("PostgreSQL could not be started again and is tried once more: {}", e.oneLine());
        } catch (IOException | RuntimeException e) {
            LOG.error("PostgreSQL could not be started again and is tried once more", e);
        }
        return false;
    }

    private Postmaster launchUnlessClosed() {
        guard.lock();
        try {
            if (!closed) {
                postmaster = Postmaster.launch(cluster, port);
            }
            return postmaster;
        } finally {
            guard.unlock();
        }
    }

    /** Whether the pause is over and not cut short by the close. */
    private boolean pausedFor(Duration pause) {
        guard.lock();
        try {
            long nanos = pause.toNanos();
            while (nanos > 0 && !closed) {
                nanos = closing.awaitNanos(nanos);
            }
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            guard.unlock();
        }
    }

    private Postmaster postmaster() {
        guard.lock();
        try {
            return postmaster;
        } finally {
            guard.unlock();
        }
    }

    private boolean isClosed() {
        guard.lock();
        try {
            return closed;
        } finally {
            guard.unlock();
        }
    }

    /**
     * Stops the server cleanly, waits for that and frees the directory. Open connections are cut and their transactions
     * rolled back.
     */
    @Override
    public synchronized void close() {
        if (!markClosed()) {
            return;
        }
        try {
            postmaster().stop();
            supervisor.join(SUPERVISOR_END);
        } catch (DataDirectoryUnavailable e) {
            LOG.error("PostgreSQL could not be stopped, the next start will try again: {}", e.oneLine());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            directory.close();
        }
        LOG.info("PostgreSQL is stopped");
    }

    private boolean markClosed() {
        guard.lock();
        try {
            if (closed) {
                return false;
            }
            closed = true;
            closing.signalAll();
            return true;
        } finally {
            guard.unlock();
        }
    }
}
