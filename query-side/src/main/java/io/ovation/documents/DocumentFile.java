package io.ovation.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the embedded server's {@link PackedDocuments} put what was not used for longest, once they have their room on
 * the heap. The file is made when it is needed, and goes with the server: all that is in it can be made from the log.
 * For any number of threads.
 *
 * @see <a href="https://www.h2database.com/html/mvstore.html">MVStore</a>
 */
final class DocumentFile implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DocumentFile.class);

    /**
     * Left to others on the file system, the event store among them: the file does not grow then, and the heap does.
     */
    private static final long KEPT_FREE = 256L << 20;

    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A collection with no more than this part of the room keeps it all: the large ones make room for the others. */
    private static final int SMALL = 16;

    private static final int CACHE_MEGABYTES = 8;

    private final Path directory;
    private final Path path;
    private final long room;
    private final AtomicLong used = new AtomicLong();
    private @Nullable MVStore store;
    private int maps;
    private volatile long lookedAt = System.nanoTime() - LOOK_NANOS;
    private volatile boolean full;
    private volatile boolean broken;

    /**
     * @param directory where the file is made; what a server left there that was killed is removed
     * @param room bytes on the heap that all collections have together
     */
    DocumentFile(Path directory, long room) {
        this.directory = directory;
        this.path = directory.resolve("read-models");
        this.room = room;
        remove();
    }

    /** Has the documents on the heap take so many bytes more, or less. */
    void use(long bytes) {
        used.addAndGet(bytes);
    }

    /** Whether a collection that has so many bytes on the heap should put some of them here. */
    boolean isNeeded(long bytes) {
        return used.get() > room && bytes > room / SMALL && !broken && !isFull();
    }

    /**
     * A new map in the file.
     *
     * @throws UncheckedIOException when no file can be made
     * @throws MVStoreException when it cannot be opened
     */
    synchronized Map<String, byte[]> open() {
        MVStore file = store;
        if (file == null) {
            make();
            file = new MVStore.Builder()
                    .fileName(path.toString())
                    .cacheSize(CACHE_MEGABYTES)
                    .open();
            // nobody reads an old version
            file.setVersionsToKeep(0);
            file.setRetentionTime(0);
            store = file;
        }
        MVMap.Builder<String, byte[]> types = new MVMap.Builder<String, byte[]>()
                .keyType(StringDataType.INSTANCE)
                .valueType(ByteArrayDataType.INSTANCE);
        return file.openMap(Integer.toString(maps++), types);
    }

    /** An empty file that only its owner can read: it will hold what people say. */
    private void make() {
        try {
            Files.deleteIfExists(path);
            boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
            Files.createFile(
                    path,
                    posix
                            ? new FileAttribute<?>[] {
                                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                            }
                            : new FileAttribute<?>[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Frees the room of a map that is not needed any more. */
    synchronized void drop(Map<String, byte[]> map) {
        if (store != null) {
            store.removeMap((MVMap<?, ?>) map);
        }
    }

    /** The file cannot be written; what is in it may still be read. */
    void broke(RuntimeException reason) {
        if (!broken) {
            broken = true;
            log.error(
                    "The file of the read models cannot be written: they stay on the heap from now on. A restart "
                            + "makes them anew.",
                    reason);
        }
    }

    private boolean isFull() {
        long now = System.nanoTime();
        if (now - lookedAt >= LOOK_NANOS) {
            lookedAt = now;
            boolean before = full;
            full = directory.toFile().getUsableSpace() < KEPT_FREE;
            if (full && !before) {
                log.warn(
                        "Less than {} MB are free in {}: the read models stay on the heap", KEPT_FREE >> 20, directory);
            }
        }
        return full;
    }

    @Override
    public synchronized void close() {
        if (store != null) {
            try {
                store.closeImmediately();
            } catch (MVStoreException e) {
                log.debug("The file of the read models was broken", e);
            }
            store = null;
        }
        remove();
    }

    private void remove() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            log.warn("The old file of the read models is not removed: {}", e.toString());
        }
    }
}
