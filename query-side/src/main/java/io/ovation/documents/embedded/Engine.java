package io.ovation.documents.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;

import io.ovation.documents.StoreUnavailable;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * One RocksDB in a directory. For any thread: each use of its native handle holds the gate, and whoever closes it waits
 * for them, because a handle that is used after its end takes the whole process with it.
 *
 * <p>After a failed write RocksDB takes no more of them, also when the disk has room again. It is then closed and
 * opened anew, once there is room.
 */
final class Engine implements AutoCloseable {
    /** What has to fit on the disk before a store that failed is opened again: it writes as much by being opened. */
    private static final int ROOM = 8 << 20;

    private final ReadWriteLock gate = new ReentrantReadWriteLock();
    private final Path directory;
    private final RocksOptions options;
    private final WriteOptions notSynced = new WriteOptions();
    private @Nullable RocksDB open;
    private boolean closed;
    private volatile boolean failed;
    private volatile boolean damaged;

    Engine(Path directory, RocksOptions options) {
        this.directory = directory;
        this.options = options;
    }

    /**
     * Opens what is there, or makes it.
     *
     * @throws RocksDBException where it cannot be opened
     */
    void open() throws RocksDBException, IOException {
        gate.writeLock().lock();
        try {
            Files.createDirectories(directory);
            open = RocksDB.open(options.all(), directory.toString());
            failed = false;
            damaged = false;
        } finally {
            gate.writeLock().unlock();
        }
    }

    /** The values of the keys, each null where there is none. */
    @SuppressWarnings("NullAway") // RocksDB does not say that what it does not find is null
    List<byte @Nullable []> get(List<byte[]> keys) {
        gate.readLock().lock();
        try {
            return handle().multiGetAsList(keys);
        } catch (RocksDBException e) {
            throw unavailable("The documents cannot be read", e);
        } finally {
            gate.readLock().unlock();
        }
    }

    /** Tells of every key that begins so, in the order of keys, with its value. */
    void scan(byte[] prefix, BiConsumer<byte[], byte[]> taker) {
        gate.readLock().lock();
        try (RocksIterator found = handle().newIterator()) {
            for (found.seek(prefix); found.isValid() && startsWith(found.key(), prefix); found.next()) {
                taker.accept(found.key(), found.value());
            }
            found.status();
        } catch (RocksDBException e) {
            throw unavailable("The documents cannot be read", e);
        } finally {
            gate.readLock().unlock();
        }
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    void write(WriteBatch batch) {
        revive();
        gate.readLock().lock();
        try {
            handle().write(notSynced, batch);
        } catch (RocksDBException e) {
            failed = true;
            throw unavailable("The documents cannot be written", e);
        } finally {
            gate.readLock().unlock();
        }
    }

    /** Whether what is in the files is not what was written to them. */
    boolean isDamaged() {
        return damaged;
    }

    /** Takes no writes until it was opened again. */
    void fail() {
        failed = true;
    }

    @Override
    public void close() {
        gate.writeLock().lock();
        try {
            closed = true;
            closeHandle();
            notSynced.close();
        } finally {
            gate.writeLock().unlock();
        }
    }

    /** Closes it, does that with its directory, and opens it anew. */
    void replace(Runnable withDirectory) throws RocksDBException, IOException {
        gate.writeLock().lock();
        try {
            closeHandle();
            withDirectory.run();
            open();
        } finally {
            gate.writeLock().unlock();
        }
    }

    /** Opens it anew after a failed write, or a failed start, once there is room. */
    void revive() {
        if (!failed) {
            return;
        }
        gate.writeLock().lock();
        try {
            if (closed || !failed) {
                return;
            }
            requireRoom();
            closeHandle();
            open();
        } catch (RocksDBException | IOException e) {
            throw unavailable("The documents cannot be opened again", e);
        } finally {
            gate.writeLock().unlock();
        }
    }

    private void requireRoom() throws IOException {
        Path probe = directory.resolveSibling(directory.getFileName() + ".probe");
        try {
            Files.write(probe, new byte[ROOM]);
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    private RocksDB handle() {
        if (open == null) {
            throw new StoreUnavailable("The documents are closed", null);
        }
        return open;
    }

    private void closeHandle() {
        if (open != null) {
            open.close();
            open = null;
        }
    }

    private StoreUnavailable unavailable(String message, Exception e) {
        if (e instanceof RocksDBException rocks
                && rocks.getStatus() != null
                && rocks.getStatus().getCode() == Status.Code.Corruption) {
            damaged = true;
        }
        return new StoreUnavailable(message, e);
    }
}
