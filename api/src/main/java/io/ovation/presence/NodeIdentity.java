package io.ovation.presence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import com.github.f4b6a3.uuid.UuidCreator;
import org.jspecify.annotations.Nullable;

/**
 * Which node this is: an id that is kept in the data directory, so that the next start on the same data knows what this
 * one left open. The file is locked for as long as the process lives; another process on the same directory, as there
 * may be with an external event store, takes the next file.
 */
final class NodeIdentity implements AutoCloseable {
    private static final int BYTES = 36;

    private final FileChannel file;
    private final String id;

    private NodeIdentity(FileChannel file, String id) {
        this.file = file;
        this.id = id;
    }

    /** Blocks for a look at a file. */
    static NodeIdentity in(Path data) {
        try {
            Files.createDirectories(data);
            for (int i = 0; ; i++) {
                NodeIdentity free = take(data.resolve(i == 0 ? "node" : "node-" + i));
                if (free != null) {
                    return free;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The data directory cannot be used: " + e.getMessage(), e);
        }
    }

    private static @Nullable NodeIdentity take(Path path) throws IOException {
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean taken = false;
        try {
            taken = isLocked(file);
            return taken ? new NodeIdentity(file, idIn(file)) : null;
        } finally {
            if (!taken) {
                file.close();
            }
        }
    }

    /** Locks it until it is closed; false where it is somebody else's. */
    private static boolean isLocked(FileChannel file) throws IOException {
        try {
            FileLock lock = file.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException inThisProcess) {
            return false;
        }
    }

    private static String idIn(FileChannel file) throws IOException {
        ByteBuffer written = ByteBuffer.allocate(BYTES);
        while (written.hasRemaining() && file.read(written) >= 0) {
            // a file may come in parts
        }
        if (!written.hasRemaining()) {
            return StandardCharsets.US_ASCII.decode(written.flip()).toString();
        }
        // new, or a start that was cut off while it wrote, and so recorded nothing under it
        String id = UuidCreator.getTimeOrderedEpoch().toString();
        file.truncate(0);
        ByteBuffer bytes = StandardCharsets.US_ASCII.encode(id);
        long at = 0;
        while (bytes.hasRemaining()) {
            at += file.write(bytes, at);
        }
        file.force(true);
        return id;
    }

    String id() {
        return id;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
