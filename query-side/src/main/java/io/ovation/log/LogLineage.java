package io.ovation.log;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.OptionalLong;

/**
 * The ids that the log has had, read only. The log gets a new one whenever it may have been set back, so what was told
 * under an id is good up to where the log stood when it got the next; see
 * {@code docs/adr/0016-a-cursor-knows-its-log.md} and V4 of the schema. It holds nothing: any thread may ask.
 * Everything here blocks.
 */
public final class LogLineage {
    private static final String CURRENT = "SELECT id FROM logid ORDER BY ordinal DESC LIMIT 1";

    private static final String GOOD_UP_TO = """
            SELECT (SELECT later.head FROM logid AS later WHERE later.ordinal > given.ordinal
                ORDER BY later.ordinal LIMIT 1)
            FROM logid AS given WHERE given.id = ?
            """;

    private LogLineage() {}

    /** The id that the log has now. */
    public static String current(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CURRENT);
                ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                throw new SQLException("The log has no id");
            }
            return row.getString(1);
        }
    }

    /**
     * Up to which position places that were given under an id are good; {@link Long#MAX_VALUE} of the current id, and
     * empty of one that is unknown.
     */
    public static OptionalLong goodUpTo(Connection connection, String id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(GOOD_UP_TO)) {
            statement.setString(1, id);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return OptionalLong.empty();
                }
                long head = row.getLong(1);
                return OptionalLong.of(row.wasNull() ? Long.MAX_VALUE : head);
            }
        }
    }

    /** Whether a position that was given under an id is one of this log, as far as the id says. */
    public static boolean has(Connection connection, String id, long position) throws SQLException {
        OptionalLong good = goodUpTo(connection, id);
        return good.isPresent() && position <= good.getAsLong();
    }
}
