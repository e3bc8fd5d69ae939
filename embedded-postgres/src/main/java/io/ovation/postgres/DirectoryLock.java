package io.ovation.postgres;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds a data directory for this process. The operating system frees it with the process, however that ends. */
final class DirectoryLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryLock.class);

    /**
     * The directories that this process holds. A POSIX lock is the process's and not the channel's: opening and closing
     * the lock's file once more would free it, so a second attempt in this process must be refused before it touches
     * the file.
     */
    private static final Set<Object> HELD = ConcurrentHashMap.newKeySet();

    private final Object identity;
    private final FileChannel channel;

    private DirectoryLock(Object identity, FileChannel channel) {
        this.identity = identity;
        this.channel = channel;
    }

    /**
     * Takes the directory, which is made if it isn't there.
     *
     * @throws DataDirectoryUnavailable if another Ovation holds it, or it can't be written
     */
    static DirectoryLock take(Path directory) {
        try {
            Files.createDirectories(directory);
            Object identity = identity(directory);
            if (!HELD.add(identity)) {
                throw new DataDirectoryUnavailable(
                        "Another Ovation, in this same process, is using the data directory " + directory);
            }
            boolean taken = false;
            try {
                DirectoryLock lock = new DirectoryLock(identity, lock(directory));
                taken = true;
                return lock;
            } finally {
                if (!taken) {
                    HELD.remove(identity);
                }
            }
        } catch (IOException e) {
            throw DataDirectoryUnavailable.because("The data directory " + directory + " cannot be written", e);
        }
    }

    /** The same directory is the same under all its names. */
    private static Object identity(Path directory) throws IOException {
        Object key = Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
        return Objects.requireNonNullElse(key, directory.toRealPath());
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel = FileChannel.open(
                directory.resolve("ovation.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            if (tryLock(channel) == null) {
                throw new DataDirectoryUnavailable("Another Ovation" + holder(channel) + " is using the data directory "
                        + directory + ": stop it, or give this one another --data directory");
            }
            locked = true;
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            return channel;
        } finally {
            if (!locked) {
                channel.close();
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            LOG.debug("The lock is held by another part of this process", e);
            return null;
        }
    }

    /** For the operator only: who holds the lock is decided by the lock. */
    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(20);
        channel.read(pid, 0);
        String text = new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII).strip();
        return text.isEmpty() ? "" : " (process " + text + ")";
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // the process's end frees it too
            LOG.warn("The lock of the data directory could not be freed", e);
        } finally {
            HELD.remove(identity);
        }
    }
}
