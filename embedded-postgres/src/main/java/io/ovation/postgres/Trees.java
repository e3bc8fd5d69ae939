package io.ovation.postgres;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;

/** Files and directories that are there whole or not at all, also after a loss of power. */
final class Trees {
    private Trees() {}

    /** Writes a file that only its owner can read; nothing is written if it has this content already. */
    static void write(Path file, String content) throws IOException {
        if (Files.exists(file) && Files.readString(file).equals(content)) {
            return;
        }
        Path written = Files.createTempFile(
                file.toAbsolutePath().getParent(),
                "writing-",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(written, content, StandardOpenOption.SYNC);
        move(written, file);
    }

    /** Renames, and returns when the new name is on the disk. */
    static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        syncName(to);
    }

    /** Flushes the name of a file or directory, without which it could be lost with all that was flushed into it. */
    static void syncName(Path entry) throws IOException {
        Path parent = entry.getParent();
        if (parent != null && Files.isReadable(parent)) {
            try (FileChannel names = FileChannel.open(parent, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }

    static void delete(Path tree) throws IOException {
        List<Path> deepestFirst;
        try (var files = Files.walk(tree)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : deepestFirst) {
            Files.deleteIfExists(file);
        }
    }
}
