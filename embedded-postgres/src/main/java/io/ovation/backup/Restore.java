package io.ovation.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import io.ovation.postgres.BackupDoor;
import io.ovation.postgres.EmbeddedPostgres;

/**
 * Puts a back-up into an empty data directory. Used by one thread.
 *
 * <p>PostgreSQL is started on it once, as a recovery from an archive that has nothing more: that makes the files whole,
 * sees that the log reached the end of the back-up, and begins a new timeline, so that what a client knows of the log
 * after this point can be told from what will come.
 */
final class Restore {
    private static final String RECOVERY = "recovery.signal";
    private static final String SETTINGS = "postgresql.auto.conf";

    /** There is no archive; PostgreSQL wants a command all the same, and takes a failure for the end. */
    /** Without a standby's readers it takes no connection before the recovery has ended. */
    private static final String NO_ARCHIVE = "restore_command = 'false'\nhot_standby = off\n";

    private Restore() {}

    /**
     * Blocks until the directory is one that a server can be started on.
     *
     * @param data a directory that is empty or not there; left empty when this fails
     */
    static void into(Path data, BackedUp backup) throws IOException, SQLException {
        if (data.startsWith(backup.directory())) {
            throw new BackupFailed("The data directory cannot be in the back-up");
        }
        CheckedFiles.emptyDirectory(data);
        boolean restored = false;
        try {
            backup.verify();
            backup.copyTo(data);
            recover(data, backup.manifest().log());
            restored = true;
        } finally {
            if (!restored) {
                CheckedFiles.empty(data);
            }
        }
    }

    private static void recover(Path data, LogRange log) throws IOException, SQLException {
        Path cluster = BackupDoor.cluster(data);
        Path settings = cluster.resolve(SETTINGS);
        byte[] before = Files.readAllBytes(settings);
        Files.writeString(settings, NO_ARCHIVE, StandardOpenOption.APPEND);
        Files.createFile(cluster.resolve(RECOVERY));
        CheckedFiles.sync(data);
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data)) {
            long reached = reached(postgres);
            if (reached < log.stop()) {
                throw new BackupFailed("The restored log ends at " + LogRange.text(reached)
                        + ", before the back-up's end at " + LogRange.text(log.stop()));
            }
            Files.write(settings, before, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.SYNC);
        }
    }

    private static long reached(EmbeddedPostgres postgres) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT pg_current_wal_lsn()")) {
            result.next();
            return LogRange.place(result.getString(1));
        }
    }
}
