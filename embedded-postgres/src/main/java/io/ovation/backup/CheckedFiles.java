package io.ovation.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** Files that only their owner can read, with their digests, flushed to the disk. Stateless. */
final class CheckedFiles {
    private static final FileAttribute<?> FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final int BUFFER = 1 << 18;

    private CheckedFiles() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }

    /** Copies one file, whose directories are made, and answers what the copy is: what was read, however it grew. */
    static Manifest.Entry copy(Path from, Path root, String path) throws IOException {
        Path to = root.resolve(path);
        try (InputStream in = Files.newInputStream(from)) {
            directories(root, to.getParent());
            return write(in, to, path);
        }
    }

    static Manifest.Entry write(InputStream content, Path to, String path) throws IOException {
        MessageDigest digest = sha256();
        long bytes = 0;
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(to, options, FILE)) {
            OutputStream out = Channels.newOutputStream(channel);
            byte[] buffer = new byte[BUFFER];
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                digest.update(buffer, 0, read);
                out.write(buffer, 0, read);
                bytes += read;
            }
            channel.force(true);
        }
        return new Manifest.Entry(HexFormat.of().formatHex(digest.digest()), bytes, path);
    }

    static String digest(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Makes the directory and those above it, down from the root, which is there. */
    static void directories(Path root, @Nullable Path directory) throws IOException {
        if (directory == null || directory.equals(root) || Files.isDirectory(directory)) {
            return;
        }
        directories(root, directory.getParent());
        Files.createDirectory(directory, DIRECTORY);
    }

    /** Makes an empty directory of its owner's, or takes an empty one that is there. */
    static void emptyDirectory(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            try (var entries = Files.newDirectoryStream(directory)) {
                if (entries.iterator().hasNext()) {
                    throw new BackupFailed("The directory " + directory + " is not empty: name a new one");
                }
            }
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        } else if (Files.exists(directory)) {
            throw new BackupFailed(directory + " is a file: name a new directory");
        } else {
            Path parent = directory.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(directory, DIRECTORY);
        }
    }

    /** Flushes the names of all that is in the tree, without which a file could be lost with the power. */
    static void sync(Path tree) throws IOException {
        List<Path> directories;
        try (var all = Files.walk(tree)) {
            directories = all.filter(Files::isDirectory).toList();
        }
        for (Path each : directories) {
            try (FileChannel names = FileChannel.open(each, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }

    /** Empties a directory, which stays. */
    static void empty(Path directory) throws IOException {
        List<Path> deepestFirst;
        try (var files = Files.walk(directory)) {
            deepestFirst = files.sorted(Comparator.reverseOrder())
                    .filter(each -> !each.equals(directory))
                    .toList();
        }
        for (Path each : deepestFirst) {
            try {
                Files.deleteIfExists(each);
            } catch (DirectoryNotEmptyException another) {
                // somebody else writes there: theirs is not ours to delete
                continue;
            }
        }
    }
}
