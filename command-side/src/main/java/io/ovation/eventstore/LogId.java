package io.ovation.eventstore;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HexFormat;

/**
 * Gives the log its ids: one at each start of a node, and one where the connection is to a PostgreSQL that was started
 * since, as after a failover or a recovery to an earlier time. Whoever appends has seen to it first, so no event is
 * appended to a log that was set back before it has another id. For any number of threads: the appenders' lock orders
 * them.
 *
 * <p>See {@code docs/adr/0016-a-cursor-knows-its-log.md}.
 */
final class LogId {
    /** The id that the log has now, in a statement of one snapshot with what it is asked beside. */
    static final String CURRENT = "(SELECT id FROM logid ORDER BY ordinal DESC LIMIT 1)";

    private static final int BYTES = 8;

    private static final String GIVE = """
            SELECT pg_advisory_xact_lock(1331052884);
            INSERT INTO logid (id, head, server)
            SELECT ?, (SELECT coalesce(max(globalindex), -1) FROM domainevententry), server
            FROM (SELECT extract(epoch FROM pg_postmaster_start_time())::varchar AS server) AS now
            WHERE ? OR server IS DISTINCT FROM (SELECT server FROM logid ORDER BY ordinal DESC LIMIT 1)
            """;

    private static final SecureRandom RANDOM = new SecureRandom();

    private LogId() {}

    /** A node starts: what came before may have been restored from a back-up. */
    static void begin(Connection connection) throws SQLException {
        give(connection, true);
    }

    /** A connection was made: the PostgreSQL may be another than before. */
    static void confirm(Connection connection) throws SQLException {
        give(connection, false);
    }

    private static void give(Connection connection, boolean always) throws SQLException {
        byte[] id = new byte[BYTES];
        RANDOM.nextBytes(id);
        try (PreparedStatement statement = connection.prepareStatement(GIVE)) {
            statement.setString(1, HexFormat.of().formatHex(id));
            statement.setBoolean(2, always);
            statement.execute();
        }
    }
}
