package io.ovation.eventstore;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import javax.sql.DataSource;

import io.ovation.eventstore.Append.Place;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The committer's statements, on a connection of its own. For the committer's thread; any other may call
 * {@link #abortIfSilent()}.
 *
 * <p>A group is one transaction and one round trip: it takes the appenders' lock, so that nobody else appends
 * meanwhile, leaves out each append that wants what is taken, and inserts the rest.
 *
 * <p>A connection that broke may leave a statement behind that the server has received and not begun: a suspended
 * process does it when it goes on. So each statement has a deadline, by the server's own clock, after which it inserts
 * nothing; what was in doubt is asked for after that deadline, under the lock. From then on the answer is final.
 */
final class LogWriter {
    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
    private static final Duration IDLE = Duration.ofSeconds(10);

    /** A statement that has not begun by then inserts nothing. */
    private static final double SECONDS_TO_BEGIN = 3;

    private static final Duration SILENCE = Duration.ofSeconds(6);

    private static final int CHECK_MILLIS = 1_500;

    /** The server's answer that it did nothing, since it came to it too late. */
    private static final String TOO_LATE = "57014";

    private static final String LOCK = "SELECT pg_advisory_xact_lock(1331052884);";

    /**
     * What is taken is asked for by scalar sub-queries, which PostgreSQL answers one by one from the index; an EXISTS
     * it could answer by reading the whole table into a hash. Appends of one event need no question: ON CONFLICT leaves
     * them out.
     */
    private static final String WRITE = LOCK + """
            WITH fence AS MATERIALIZED (SELECT extract(epoch FROM clock_timestamp()) < ? AS open),
            mine AS MATERIALIZED (
                SELECT * FROM unnest(?::integer[], ?::varchar[], ?::bigint[], ?::varchar[], ?::varchar[], ?::bytea[],
                        ?::bytea[], ?::varchar[], ?::varchar[], ?::varchar[])
                    AS rows (several, aggregateidentifier, sequencenumber, type, eventidentifier, metadata, payload,
                        payloadrevision, payloadtype, timestamp)),
            taken AS MATERIALIZED (
                SELECT mine.several FROM mine WHERE mine.several >= 0 AND (
                    (SELECT true FROM domainevententry AS stored
                        WHERE stored.eventidentifier = mine.eventidentifier) IS TRUE
                    OR (SELECT true FROM domainevententry AS stored
                        WHERE stored.aggregateidentifier = mine.aggregateidentifier
                            AND stored.sequencenumber = mine.sequencenumber) IS TRUE)),
            stored AS (
                INSERT INTO domainevententry (aggregateidentifier, sequencenumber, type, eventidentifier, metadata,
                        payload, payloadrevision, payloadtype, timestamp)
                SELECT aggregateidentifier, sequencenumber, type, eventidentifier, metadata, payload, payloadrevision,
                        payloadtype, timestamp
                    FROM mine WHERE (SELECT open FROM fence) AND several NOT IN (SELECT several FROM taken)
                ON CONFLICT DO NOTHING
                RETURNING globalindex, aggregateidentifier, sequencenumber, eventidentifier)
            SELECT stored.*, (SELECT open FROM fence), %s FROM (SELECT 1) AS one LEFT JOIN stored ON true
            """.formatted(LogId.CURRENT);

    /** With the metadata, which names the command: another one may have stored the same identifier before. */
    private static final String FIND = LOCK + """
            WITH fence AS MATERIALIZED (SELECT extract(epoch FROM clock_timestamp()) > ? AS open)
            SELECT found.*, (SELECT open FROM fence), %s FROM (SELECT 1) AS one LEFT JOIN (
                SELECT globalindex, aggregateidentifier, sequencenumber, eventidentifier
                FROM unnest(?::varchar[], ?::bytea[]) AS mine (identifier, metadata)
                JOIN domainevententry AS stored
                    ON stored.eventidentifier = mine.identifier AND stored.metadata = mine.metadata) AS found ON true
            """.formatted(LogId.CURRENT);

    /** Heard when the transaction commits, by every node that listens. */
    private static final String TELL = "; SELECT pg_notify('" + AppendListener.CHANNEL
            + "', (SELECT max(globalindex)::text FROM domainevententry))";

    private final DataSource database;
    private final String write;
    private volatile @Nullable Connection connection;

    /** When the connection answered last. */
    private long answered;

    /** The server's clock, and ours when it was read. */
    private double serverSeconds;

    private long clockRead;

    /** Of the last statement that was sent. */
    private double deadline;

    private boolean sent;

    /** The id of the log when the last statement was carried out. */
    private String log = "";

    private volatile boolean busy;
    private volatile long busySince;

    /**
     * @param database gives a connection in autocommit, on which silence is an error
     * @param others whether other nodes are to be told of each group
     */
    LogWriter(DataSource database, boolean others) {
        this.database = database;
        this.write = others ? WRITE + TELL : WRITE;
    }

    /** Writes a group and tells the positions of what is durable; what is not there wanted what is taken. */
    Map<Place, Long> write(List<Append> group) throws SQLException {
        sent = false;
        return busy(() -> writeNow(group));
    }

    private Map<Place, Long> writeNow(List<Append> group) throws SQLException {
        Connection open = connection();
        List<StoredEvent> rows = rows(group);
        try (PreparedStatement statement = open.prepareStatement(write)) {
            statement.setArray(2, open.createArrayOf("integer", several(group)));
            statement.setArray(3, texts(open, rows, StoredEvent::aggregateIdentifier));
            statement.setArray(4, open.createArrayOf("bigint", column(rows, StoredEvent::sequenceNumber, Long[]::new)));
            statement.setArray(5, texts(open, rows, StoredEvent::type));
            statement.setArray(6, texts(open, rows, StoredEvent::eventIdentifier));
            statement.setArray(7, open.createArrayOf("bytea", column(rows, StoredEvent::metaData, byte[][]::new)));
            statement.setArray(8, open.createArrayOf("bytea", column(rows, StoredEvent::payload, byte[][]::new)));
            statement.setArray(9, texts(open, rows, StoredEvent::payloadRevision));
            statement.setArray(10, texts(open, rows, StoredEvent::payloadType));
            statement.setArray(11, texts(open, rows, StoredEvent::timestamp));
            deadline = serverSeconds + (System.nanoTime() - clockRead) / 1e9 + SECONDS_TO_BEGIN;
            statement.setDouble(1, deadline);
            sent = true;
            return positions(statement, "The statement came too late and was not carried out");
        }
    }

    /** The id that the log had when the last group was written or found. */
    String log() {
        return log;
    }

    /** Whether the last group may have reached the server. */
    boolean mayHaveBeenSent() {
        return sent;
    }

    /**
     * What the log holds of these very rows. Final: what the broken connection left behind is over, or comes too late.
     *
     * @throws SQLException also while that may still come in time
     */
    Map<Place, Long> find(List<Append> group) throws SQLException {
        disconnect();
        return busy(() -> findNow(group));
    }

    private Map<Place, Long> findNow(List<Append> group) throws SQLException {
        Connection open = connection();
        List<StoredEvent> rows = rows(group);
        try (PreparedStatement statement = open.prepareStatement(FIND)) {
            statement.setDouble(1, deadline);
            statement.setArray(2, texts(open, rows, StoredEvent::eventIdentifier));
            statement.setArray(3, open.createArrayOf("bytea", column(rows, StoredEvent::metaData, byte[][]::new)));
            return positions(statement, "What was in doubt may still be carried out");
        }
    }

    private Map<Place, Long> positions(PreparedStatement statement, String whenClosed) throws SQLException {
        Map<Place, Long> positions = new HashMap<>();
        statement.execute();
        statement.getMoreResults();
        try (ResultSet result = statement.getResultSet()) {
            while (result.next()) {
                if (!result.getBoolean(5)) {
                    throw new SQLException(whenClosed, TOO_LATE);
                }
                log = result.getString(6);
                if (result.getString(2) != null) {
                    positions.put(
                            new Place(result.getString(2), result.getLong(3), result.getString(4)), result.getLong(1));
                }
            }
        }
        answered = System.nanoTime();
        return positions;
    }

    /** One that was idle is asked before it is used: whatever is sent over a broken one is in doubt. */
    private Connection connection() throws SQLException {
        Connection open = connection;
        if (open != null && System.nanoTime() - answered > IDLE.toNanos() && !isAnswered(open)) {
            disconnect();
            open = null;
        }
        if (open == null) {
            open = database.getConnection();
            connection = open;
            LogId.confirm(open);
            readClock(open);
        }
        return open;
    }

    private boolean isAnswered(Connection open) {
        try {
            int usual = open.getNetworkTimeout();
            open.setNetworkTimeout(Runnable::run, CHECK_MILLIS);
            if (database instanceof StoreSession session) {
                session.pin(open);
            }
            readClock(open);
            open.setNetworkTimeout(Runnable::run, usual);
            return true;
        } catch (SQLException e) {
            LOG.debug("An idle connection had broken", e);
            return false;
        }
    }

    private void readClock(Connection open) throws SQLException {
        try (PreparedStatement statement = open.prepareStatement("SELECT extract(epoch FROM clock_timestamp())");
                ResultSet result = statement.executeQuery()) {
            result.next();
            serverSeconds = result.getDouble(1);
            clockRead = System.nanoTime();
            answered = clockRead;
        }
    }

    private Map<Place, Long> busy(Statements statements) throws SQLException {
        busySince = System.nanoTime();
        busy = true;
        try {
            return statements.carryOut();
        } finally {
            busy = false;
        }
    }

    /**
     * Closes a connection that says nothing under the committer's hands. The socket's own time-out ends a read; this
     * ends a write, too, to a peer that takes nothing.
     */
    void abortIfSilent() {
        if (busy && System.nanoTime() - busySince > SILENCE.toNanos()) {
            abort();
        }
    }

    private void abort() {
        Connection open = connection;
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("A silent connection could not be closed", e);
            }
        }
    }

    void disconnect() {
        // not closed politely: a good-bye would wait for a silent server
        abort();
        connection = null;
    }

    private static List<StoredEvent> rows(List<Append> group) {
        return group.stream().flatMap(append -> append.events().stream()).toList();
    }

    /** For each row the number of its append, if that has several; else -1. */
    private static Integer[] several(List<Append> group) {
        Integer[] several = new Integer[group.stream().mapToInt(append -> append.events().size()).sum()];
        int row = 0;
        for (int i = 0; i < group.size(); i++) {
            int events = group.get(i).events().size();
            for (int j = 0; j < events; j++) {
                several[row++] = events > 1 ? i : -1;
            }
        }
        return several;
    }

    private static Array texts(
            Connection connection, List<StoredEvent> rows, Function<StoredEvent, @Nullable String> text)
            throws SQLException {
        @Nullable String[] column = new @Nullable String[rows.size()];
        for (int i = 0; i < column.length; i++) {
            column[i] = text.apply(rows.get(i));
        }
        return connection.createArrayOf("varchar", column);
    }

    private static <T> T[] column(List<StoredEvent> rows, Function<StoredEvent, T> field, IntFunction<T[]> array) {
        return rows.stream().map(field).toArray(array);
    }

    /** What is asked of the server in one go. */
    @FunctionalInterface
    private interface Statements {
        Map<Place, Long> carryOut() throws SQLException;
    }
}
