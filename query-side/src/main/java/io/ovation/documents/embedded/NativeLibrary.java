package io.ovation.documents.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * RocksDB's native library, which is copied out of its jar once, into the data directory. RocksDB's own loader would
 * copy it to {@code /tmp} at each start, and a process that is killed leaves its copy there: after some hundred kills
 * the disk is full. A {@code /tmp} without the right to execute would keep it from starting at all. Safe for threads:
 * there is one at a time.
 */
final class NativeLibrary {
    private static boolean loaded;

    private NativeLibrary() {}

    /**
     * Loads the library, once in the life of this process.
     *
     * @param directory where its copy is, or is put; it must be allowed to execute what lies there
     * @throws EmbeddedUnavailable where there is none for this machine
     */
    static synchronized void load(Path directory) {
        if (loaded) {
            return;
        }
        String resource = "/" + Environment.getJniLibraryFileName("rocksdb");
        URL packed = RocksDB.class.getResource(resource);
        if (packed == null || Environment.isMuslLibc()) {
            throw new EmbeddedUnavailable(
                    "The embedded read models run on Linux with glibc alone, and this is "
                            + System.getProperty("os.name") + " on " + System.getProperty("os.arch")
                            + (Environment.isMuslLibc() ? " with musl" : "")
                            + ": set MONGODB_URI (ovation.mongodb.uri) to a MongoDB",
                    null);
        }
        try {
            // the loader looks for it by a name that says JNI twice
            Path copy = directory.resolve(Environment.getJniLibraryFileName("rocksdbjni"));
            unpack(packed, copy);
            RocksDB.loadLibrary(List.of(directory.toAbsolutePath().toString()));
        } catch (IOException | UncheckedIOException | UnsatisfiedLinkError e) {
            throw new EmbeddedUnavailable(
                    "The library of the embedded read models cannot be loaded from " + directory + ": "
                            + e.getMessage(),
                    e);
        }
        loaded = true;
    }

    /** A copy is whole once it has its name; the one of another version has another size. */
    private static void unpack(URL packed, Path copy) throws IOException {
        var connection = packed.openConnection();
        connection.setUseCaches(false);
        try (InputStream in = connection.getInputStream()) {
            if (Files.isRegularFile(copy) && Files.size(copy) == connection.getContentLengthLong()) {
                return;
            }
            Files.createDirectories(copy.getParent());
            Path part = copy.resolveSibling(copy.getFileName() + ".part");
            Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, copy, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
