package io.ovation.eventstore;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import org.postgresql.ds.PGSimpleDataSource;

/**
 * Connections on which a commit is durable when it returns, whatever the server's own settings, and on which silence is
 * an error. {@code synchronous_commit} is pinned; {@code fsync} and {@code full_page_writes}, which a session cannot
 * set, are looked at, and a server without them is refused. For any number of threads.
 */
final class StoreSession extends PGSimpleDataSource {
    private static final long serialVersionUID = 1L;

    private static final String PIN = """
            SELECT set_config('synchronous_commit',
                    CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END,
                    false),
                set_config('statement_timeout', '%1$d', false), set_config('lock_timeout', '%1$d', false),
                set_config('idle_in_transaction_session_timeout', '%1$d', false),
                set_config('tcp_user_timeout', '%2$d', false),
                current_setting('fsync') || current_setting('full_page_writes')
            """;

    private final long statementMillis;
    private final long silenceMillis;

    /**
     * @param silence after which a connection counts as broken; statements are cancelled a second sooner, so that the
     *     server says itself that they are undone
     */
    StoreSession(Duration silence) {
        this.silenceMillis = silence.toMillis();
        this.statementMillis = silence.minusSeconds(1).toMillis();
        setSocketTimeout((int) silence.toSeconds());
        setConnectTimeout(2);
        setLoginTimeout(4);
        setTcpKeepAlive(true);
        setApplicationName("ovation");
    }

    @Override
    public Connection getConnection() throws SQLException {
        return pinned(super.getConnection());
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return pinned(super.getConnection(user, password));
    }

    private Connection pinned(Connection connection) throws SQLException {
        boolean safe = false;
        try {
            pin(connection);
            safe = true;
            return connection;
        } finally {
            if (!safe) {
                connection.close();
            }
        }
    }

    /**
     * Pins the settings of a session, anew or again.
     *
     * @throws SQLException if the server does not answer, or would lose what it acknowledged
     */
    void pin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(PIN.formatted(statementMillis, silenceMillis))) {
            result.next();
            if (!"onon".equals(result.getString(6))) {
                throw new NotDurable();
            }
        }
    }

    /** The server would lose what it acknowledged with the power. */
    static final class NotDurable extends SQLException {
        private static final long serialVersionUID = 1L;

        NotDurable() {
            super(
                    "The event store's PostgreSQL runs with fsync or full_page_writes off: an acknowledged message"
                            + " could be lost. Set both on.",
                    "08004");
        }
    }
}
