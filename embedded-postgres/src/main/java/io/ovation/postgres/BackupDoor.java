package io.ovation.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The way in for whoever backs up a data directory whose PostgreSQL runs, from another process. Immutable.
 *
 * @param home PostgreSQL's part of the data directory
 * @param cluster PostgreSQL's own directory in it
 * @param user the role that may begin and end back-ups and has no other right
 */
public record BackupDoor(Path home, Path cluster, String jdbcUrl, String user, String password) {
    /** Counted from 0, in PostgreSQL's note of its first process. */
    private static final int PORT_LINE = 3;

    private static final int STATUS_LINE = 7;

    /** PostgreSQL's part of a data directory. */
    public static Path home(Path data) {
        return data.resolve(Cluster.HOME);
    }

    /** PostgreSQL's own directory in a data directory. */
    public static Path cluster(Path data) {
        return home(data).resolve(Cluster.DIRECTORY);
    }

    /**
     * The way into the PostgreSQL that runs in this data directory; empty where none runs that takes connections.
     *
     * @throws DataDirectoryUnavailable if it runs and the role for back-ups is missing, as in one that an earlier
     *     Ovation has started
     */
    public static Optional<BackupDoor> of(Path data) throws IOException {
        Path cluster = cluster(data);
        Path note = cluster.resolve("postmaster.pid");
        List<String> lines = Files.exists(note) ? Files.readAllLines(note) : List.of();
        if (lines.size() <= STATUS_LINE
                || !lines.get(STATUS_LINE).strip().equals("ready")
                || !isAlive(lines.getFirst())) {
            return Optional.empty();
        }
        Path password = home(data).resolve(Cluster.BACKUP_PASSWORD);
        if (!Files.exists(password)) {
            throw new DataDirectoryUnavailable("The server on " + data
                    + " was started by an Ovation that had no back-ups: start it anew with this one");
        }
        return Optional.of(new BackupDoor(
                home(data),
                cluster,
                "jdbc:postgresql://127.0.0.1:" + lines.get(PORT_LINE).strip() + "/" + Cluster.BACKUP_DATABASE,
                Cluster.BACKUP_USER,
                Files.readString(password).strip()));
    }

    private static boolean isAlive(String pid) {
        return ProcessHandle.of(Long.parseLong(pid.strip()))
                .filter(ProcessHandle::isAlive)
                .isPresent();
    }
}
