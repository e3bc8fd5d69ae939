package io.ovation.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

import io.ovation.postgres.BackupDoor;

/**
 * A back-up that is there. Immutable.
 *
 * @param directory where it is
 */
record BackedUp(Path directory, Manifest manifest) {
    /** Reads what it says of itself; {@link #verify} sees whether that is so. */
    static BackedUp in(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new BackupFailed("There is no back-up in " + directory + ": it is no directory");
        }
        Path manifest = directory.resolve(Manifest.FILE);
        if (!Files.exists(manifest)) {
            throw new BackupFailed("There is no whole back-up in " + directory
                    + ": its manifest is missing, which is written last");
        }
        return new BackedUp(directory, Manifest.parse(Files.readString(manifest)));
    }

    /** Reads every byte of it; the first thing that is not as it was is {@link BackupFailed}. */
    void verify() throws IOException {
        requireLog();
        for (Manifest.Entry each : manifest.files()) {
            verify(each);
        }
    }

    /** What the manifest itself must name: a copy of PostgreSQL's files without it would start, and be wrong. */
    private void requireLog() {
        String cluster = Backup.DATA + "/" + BackupDoor.cluster(Path.of("")) + "/";
        Set<String> names = new HashSet<>();
        manifest.files().forEach(each -> names.add(each.path()));
        if (!names.contains(cluster + "backup_label")) {
            throw new BackupFailed("The back-up cannot be used: its backup_label is missing");
        }
        for (String segment : manifest.log().segments()) {
            if (!names.contains(cluster + "pg_wal/" + segment)) {
                throw new BackupFailed("The back-up cannot be used: segment " + segment
                        + " of its write-ahead log is missing");
            }
        }
    }

    private void verify(Manifest.Entry entry) throws IOException {
        Path file = file(entry);
        long bytes = Files.size(file);
        if (bytes != entry.bytes()) {
            throw new BackupFailed("The back-up is damaged: " + file + " has " + bytes + " bytes, and had "
                    + entry.bytes());
        }
        if (!CheckedFiles.digest(file).equals(entry.sha256())) {
            throw damaged(file);
        }
    }

    /** Copies it into an empty data directory, and sees on the way that it is what was written. */
    void copyTo(Path data) throws IOException {
        for (String each : manifest.directories()) {
            inside(each);
            CheckedFiles.directories(data, data.resolve(inData(each)));
        }
        for (Manifest.Entry each : manifest.files()) {
            Path file = file(each);
            if (!CheckedFiles.copy(file, data, inData(each.path())).sha256().equals(each.sha256())) {
                throw damaged(file);
            }
        }
    }

    private static String inData(String path) {
        return Path.of(Backup.DATA).relativize(Path.of(path)).toString();
    }

    private Path inside(String path) {
        Path inside = directory.resolve(path).normalize();
        if (!inside.startsWith(directory.resolve(Backup.DATA))) {
            throw new BackupFailed("The manifest is damaged: it names " + path + ", outside of the back-up");
        }
        return inside;
    }

    private Path file(Manifest.Entry entry) {
        Path file = inside(entry.path());
        if (!Files.isRegularFile(file)) {
            throw new BackupFailed("The back-up is damaged: " + file + " is missing");
        }
        return file;
    }

    private static BackupFailed damaged(Path file) {
        return new BackupFailed("The back-up is damaged: " + file + " is not what was written");
    }
}
