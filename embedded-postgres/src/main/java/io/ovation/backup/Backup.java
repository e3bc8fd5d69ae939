package io.ovation.backup;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

import io.ovation.postgres.BackupDoor;

/**
 * Takes one back-up. Used by one thread.
 *
 * <p>PostgreSQL's files are copied while it writes them, and the write-ahead log of that time makes them whole when
 * they are restored. Read models are left out: the next start reads them out of the log.
 */
final class Backup {
    static final String DATA = "data";

    /** Directories whose content a copy must not have, or need not, as PostgreSQL's manual has it. */
    private static final Set<String> EMPTIED = Set.of(
            "pg_wal",
            "pg_replslot",
            "pg_dynshmem",
            "pg_notify",
            "pg_serial",
            "pg_snapshots",
            "pg_stat_tmp",
            "pg_subtrans");

    private static final Set<String> LEFT_OUT = Set.of(
            "postmaster.pid", "postmaster.opts", "backup_label", "tablespace_map", "recovery.signal", "standby.signal");

    /** Of the files beside the stores: they speak of a process that runs. */
    private static final Set<String> OF_A_RUN = Set.of("ovation.lock", "server.url");

    private final Path data;
    private final BackupDoor door;
    private final Path target;
    private final List<String> directories = new ArrayList<>();
    private final List<Manifest.Entry> files = new ArrayList<>();

    private Backup(Path data, BackupDoor door, Path target) {
        this.data = data;
        this.door = door;
        this.target = target;
    }

    /**
     * Blocks until all of it is on the disk.
     *
     * @param target a directory that is empty or not there
     * @param version of this Ovation
     * @throws BackupFailed if it can't be done; the target is left empty then
     */
    static Manifest take(Path data, BackupDoor door, Path target, String version) throws IOException, SQLException {
        if (target.startsWith(data)) {
            throw new BackupFailed("The back-up cannot be in the data directory " + data);
        }
        CheckedFiles.emptyDirectory(target);
        boolean taken = false;
        try {
            Manifest manifest = new Backup(data, door, target).take(version);
            taken = true;
            return manifest;
        } finally {
            if (!taken) {
                CheckedFiles.empty(target);
            }
        }
    }

    private Manifest take(String version) throws IOException, SQLException {
        Instant taken = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        LogRange log;
        try (LogKeeper keeper = LogKeeper.begin(door)) {
            copyBesides();
            copyCluster();
            LogKeeper.End end = keeper.end();
            write(end.label(), cluster("backup_label"));
            if (!end.tablespaces().isBlank()) {
                throw new BackupFailed("The embedded PostgreSQL has tablespaces, which a back-up cannot have");
            }
            log = end.range();
            for (String segment : log.segments()) {
                copy(door.cluster().resolve("pg_wal").resolve(segment), cluster("pg_wal/" + segment));
            }
        }
        Manifest manifest = new Manifest(version, taken, log, directories, files);
        // what it speaks of is on the disk before it is
        CheckedFiles.sync(target);
        write(manifest.text(), Manifest.FILE);
        CheckedFiles.sync(target);
        return manifest;
    }

    /** The token secrets, the node's name: each file that lies beside the stores. */
    private void copyBesides() throws IOException {
        for (Path directory : List.of(data, door.home())) {
            try (var entries = Files.newDirectoryStream(directory, Files::isRegularFile)) {
                for (Path each : entries) {
                    if (!OF_A_RUN.contains(each.getFileName().toString())) {
                        copy(each, DATA + "/" + data.relativize(each));
                    }
                }
            }
        }
    }

    private void copyCluster() throws IOException {
        Path cluster = door.cluster();
        Files.walkFileTree(cluster, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                String path = cluster.relativize(directory).toString();
                CheckedFiles.directories(target, target.resolve(cluster(path)));
                directories.add(cluster(path));
                boolean left = EMPTIED.contains(path)
                        || directory.getFileName().toString().startsWith("pgsql_tmp");
                return left ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String name = file.getFileName().toString();
                if (LEFT_OUT.contains(name) || name.startsWith("pg_internal.init") || name.startsWith("pgsql_tmp")) {
                    return FileVisitResult.CONTINUE;
                }
                if (name.equals("pg_control")) {
                    writeWhole(file, cluster("global/pg_control"));
                    return FileVisitResult.CONTINUE;
                }
                try {
                    copy(file, cluster(cluster.relativize(file).toString()));
                } catch (NoSuchFileException dropped) {
                    // a table or index that is no more; the write-ahead log says so too
                    return FileVisitResult.CONTINUE;
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
    }

    /** No log mends this one file: it is read until two readings are the same. */
    private void writeWhole(Path file, String path) throws IOException {
        byte[] last = Files.readAllBytes(file);
        for (byte[] next = Files.readAllBytes(file); !Arrays.equals(last, next); next = Files.readAllBytes(file)) {
            last = next;
        }
        Path to = target.resolve(path);
        CheckedFiles.directories(target, to.getParent());
        files.add(CheckedFiles.write(new ByteArrayInputStream(last), to, path));
    }

    private void copy(Path from, String path) throws IOException {
        files.add(CheckedFiles.copy(from, target, path));
    }

    private void write(String text, String path) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        files.add(CheckedFiles.write(new ByteArrayInputStream(bytes), target.resolve(path), path));
    }

    private String cluster(String path) {
        String root = DATA + "/" + data.relativize(door.cluster());
        return path.isEmpty() ? root : root + "/" + path;
    }
}
