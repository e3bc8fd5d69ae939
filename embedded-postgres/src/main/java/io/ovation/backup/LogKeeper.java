package io.ovation.backup;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.ovation.postgres.BackupDoor;

/**
 * PostgreSQL's side of a back-up: from {@link #begin} to {@link #end} its files may be copied, and until the close it
 * keeps each segment of its log that was written from the beginning on. Used by one thread. If this process is killed,
 * the connection's end ends all of it.
 */
final class LogKeeper implements AutoCloseable {
    /** As in the label: {@code START WAL LOCATION: 0/9000028 (file 000000010000000000000009)}. */
    private static final Pattern START =
            Pattern.compile("^START WAL LOCATION: ([0-9A-F]+/[0-9A-F]+) \\(file ([0-9A-F]{8})[0-9A-F]{16}\\)");

    private final Connection connection;
    private final long segmentBytes;

    private LogKeeper(Connection connection, long segmentBytes) {
        this.connection = connection;
        this.segmentBytes = segmentBytes;
    }

    /**
     * What PostgreSQL says at the end.
     *
     * @param label the content of {@code backup_label}, without which a restored copy would silently be wrong
     * @param tablespaces the content of {@code tablespace_map}; empty where there is none
     */
    record End(String label, String tablespaces, LogRange range) {}

    /** Blocks for a checkpoint. */
    static LogKeeper begin(BackupDoor door) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", door.user());
        properties.setProperty("password", door.password());
        properties.setProperty("ApplicationName", "ovation backup");
        Connection connection = DriverManager.getConnection(door.jdbcUrl(), properties);
        boolean begun = false;
        try {
            String name = "ovation_backup_" + ProcessHandle.current().pid();
            one(connection, "SELECT slot_name FROM pg_create_physical_replication_slot(?, true, true)", name);
            long segmentBytes = Long.parseLong(one(
                    connection, "SELECT setting FROM pg_settings WHERE name = ?", "wal_segment_size"));
            one(connection, "SELECT pg_backup_start(?, true)", "ovation");
            begun = true;
            return new LogKeeper(connection, segmentBytes);
        } finally {
            if (!begun) {
                connection.close();
            }
        }
    }

    private static String one(Connection connection, String query, String argument) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, argument);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getString(1);
            }
        }
    }

    /** Ends the copying; the log's segments stay until the close. */
    End end() throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT lsn, labelfile, spcmapfile FROM pg_backup_stop(false)");
                ResultSet result = statement.executeQuery()) {
            result.next();
            String label = result.getString("labelfile");
            Matcher start = START.matcher(label);
            if (!start.find()) {
                throw new BackupFailed("PostgreSQL's label of the back-up cannot be read");
            }
            LogRange range = new LogRange(
                    Long.parseLong(start.group(2), 16),
                    segmentBytes,
                    LogRange.place(start.group(1)),
                    LogRange.place(result.getString("lsn")));
            String tablespaces = result.getString("spcmapfile");
            return new End(label, tablespaces == null ? "" : tablespaces, range);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
