package io.ovation.eventstore.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server of our own in a data directory, with every commit flushed, on a free port of the loopback address and behind a random password.
 *
 * <p>Its life is ours as far as that goes: {@link #close()} stops it; if it dies it is started again on the same port; if this process is killed it lives on, and the
 * next start stops it before it starts another. The directory's lock makes sure that there is one of us.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
    private static final String USER = "ovation";
    private static final long RESTART_MILLIS = 200;

    private final DirectoryLock lock;
    private final Cluster cluster;
    private final String password;
    private final int port;
    private boolean closed;

    private EmbeddedPostgres(DirectoryLock lock, Cluster cluster, String password, int port) {
        this.lock = lock;
        this.cluster = cluster;
        this.password = password;
        this.port = port;
    }

    /**
     * Starts the server and returns once it takes connections; blocks for that long.
     *
     * @param dataDirectory made if it isn't there
     * @throws DataDirectoryUnavailable if another Ovation has it, or it can't be used
     */
    public static EmbeddedPostgres start(Path dataDirectory) {
        Path data = dataDirectory.toAbsolutePath().normalize();
        DirectoryLock lock = DirectoryLock.take(data);
        try {
            Cluster cluster = new Cluster(Binaries.unpackInto(data), data.resolve("postgres"));
            Path passwordFile = passwordFile(data);
            cluster.create(USER, passwordFile);
            cluster.stopAll();
            EmbeddedPostgres postgres =
                    new EmbeddedPostgres(lock, cluster, Files.readString(passwordFile).strip(), freePort());
            postgres.supervise(cluster.start(postgres.port));
            return postgres;
        } catch (IOException e) {
            lock.close();
            throw new DataDirectoryUnavailable("The data directory " + data + " cannot be used", e);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static Path passwordFile(Path data) throws IOException {
        Path file = data.resolve("postgres.password");
        if (!Files.exists(file)) {
            byte[] secret = new byte[24];
            new SecureRandom().nextBytes(secret);
            Path written = Files.createTempFile(
                    data, "password-", "", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(written, HexFormat.of().formatHex(secret) + "\n");
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return file;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    public String user() {
        return USER;
    }

    public String password() {
        return password;
    }

    private void supervise(ProcessHandle postmaster) {
        postmaster.onExit().thenRunAsync(this::restart, task -> Thread.ofVirtual().name("postgres-supervisor").start(task));
    }

    private synchronized void restart() {
        while (!closed) {
            try {
                LOG.warn("PostgreSQL has ended and is started again");
                cluster.stopAll();
                supervise(cluster.start(port));
                return;
            } catch (DataDirectoryUnavailable e) {
                LOG.error("PostgreSQL could not be started again: {}", e.oneLine());
                pause();
            }
        }
    }

    private void pause() {
        try {
            // waiting on the monitor lets close() in
            wait(TimeUnit.MILLISECONDS.toMillis(RESTART_MILLIS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    /** Stops the server cleanly and frees the directory. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            notifyAll();
            cluster.stopAll();
            lock.close();
        }
    }
}
