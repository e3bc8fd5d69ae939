package io.ovation.eventstore;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;
import javax.sql.DataSource;

import io.ovation.Unavailable;
import org.axonframework.eventhandling.GenericTrackedDomainEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.util.Comparator.comparingLong;

/**
 * Joins the appends of all commands in flight: one thread takes whatever waits, writes it with one multi-row insert,
 * which is one transaction and one flush of the log, and then tells each command. What is alone waits for nobody; what
 * comes during a flush goes with the next one, so groups grow with the load.
 *
 * <p>Each append stands or falls by itself. A row whose identifier, or place in its aggregate, is taken is left out by
 * {@code ON CONFLICT DO NOTHING} and fails its own command as a {@link DuplicateEvent}; a row that PostgreSQL can't
 * store fails alone, since the group is then written one by one; where there is no room for any, the whole group is
 * {@link Unavailable}. An append of several events is all or nothing: a group that has such a one is written as a
 * whole, and where that is turned down, each of them in a statement of its own.
 *
 * <p>When the connection breaks, nobody knows whether the group that was under way is durable. It is not answered until
 * the log has been asked: found is acknowledged, not found is {@link Unavailable}. Whatever comes meanwhile is
 * {@link Unavailable} at once. See {@code docs/adr/0001-group-commit.md}.
 */
final class GroupCommit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final int MOST_EVENTS = 1_000;
    private static final long RECONNECT_MILLIS = 250;
    private static final Set<String> REFUSALS = Set.of("22", "23", "54", "58", "XX");
    private static final String LOCK = "SELECT pg_advisory_xact_lock(1331052884)";
    private static final String INSERT = """
            INSERT INTO domainevententry (aggregateidentifier, sequencenumber, type, eventidentifier, metadata, payload, payloadrevision, payloadtype, timestamp)
            SELECT * FROM unnest(?::varchar[], ?::bigint[], ?::varchar[], ?::varchar[], ?::bytea[], ?::bytea[], ?::varchar[], ?::varchar[], ?::varchar[])
            """;
    private static final String INSERT_GROUP = INSERT
            + " ON CONFLICT DO NOTHING RETURNING globalindex, aggregateidentifier, sequencenumber, eventidentifier";
    private static final String INSERT_WHOLE =
            INSERT + " RETURNING globalindex, aggregateidentifier, sequencenumber, eventidentifier";
    private static final String FIND = """
            SELECT globalindex, aggregateidentifier, sequencenumber, eventidentifier
            FROM unnest(?::varchar[], ?::bytea[]) AS mine (identifier, metadata)
            JOIN domainevententry AS stored ON stored.eventidentifier = mine.identifier AND stored.metadata = mine.metadata
            """;

    private final DataSource database;
    private final EventLog log;
    private final BlockingQueue<Append> waiting = new LinkedBlockingQueue<>();
    private final Thread committer;
    private volatile boolean reachable = true;
    private volatile boolean closed;

    /** The committer's own, to tell of a shortage once. */
    private boolean full;

    private @Nullable Connection connection;

    /**
     * @param database gives the committer a connection of its own, in autocommit
     * @param log is told what has become durable, in the order of positions, before any command is answered
     */
    GroupCommit(DataSource database, EventLog log) {
        this.database = database;
        this.log = log;
        this.committer =
                Thread.ofPlatform().name("event-store-committer").daemon().start(this::run);
    }

    /**
     * Appends the events of one command and returns when they are durable. Blocks: for command threads only.
     *
     * @throws DuplicateEvent if an identifier or a place is taken
     * @throws Unavailable if the store can't be reached
     * @throws EventStoreException if the store can't hold the event
     */
    void append(List<StoredEvent> events) {
        if (!reachable || closed) {
            throw unreachable();
        }
        Append append = new Append(events, new CompletableFuture<>());
        waiting.add(append);
        if (closed && waiting.remove(append)) {
            throw unreachable();
        }
        try {
            append.durable().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static Unavailable unreachable() {
        return new Unavailable("The event store cannot be reached", 1);
    }

    private void run() {
        List<Append> group = new ArrayList<>();
        while (!closed) {
            try {
                if (collect(group)) {
                    commit(group);
                }
            } catch (InterruptedException e) {
                break;
            } catch (RuntimeException e) {
                LOG.error("A group of appends failed", e);
                group.forEach(append -> append.fail(new EventStoreException("The append failed", e)));
            } finally {
                group.clear();
            }
        }
        failWaiting();
        disconnect();
    }

    private boolean collect(List<Append> group) throws InterruptedException {
        Append first = waiting.poll(1, TimeUnit.SECONDS);
        if (first == null) {
            return false;
        }
        int events = 0;
        Append next = first;
        while (next != null) {
            group.add(next);
            events += next.events().size();
            next = events < MOST_EVENTS ? waiting.poll() : null;
        }
        return true;
    }

    private void commit(List<Append> group) throws InterruptedException {
        boolean joined = group.size() > 1
                && group.stream().anyMatch(append -> append.events().size() > 1);
        if (!joined || !isWritten(group)) {
            writeParts(group);
        }
    }

    /**
     * Writes a group as one, however many events its appends have; false where the store has turned one down, and so
     * holds none of them.
     */
    private boolean isWritten(List<Append> group) throws InterruptedException {
        try {
            settleWritten(group, INSERT_WHOLE);
        } catch (SQLException e) {
            if (saysWhatIsWrong(e)) {
                return false;
            }
            failed(group, e);
        }
        return true;
    }

    private void writeParts(List<Append> group) throws InterruptedException {
        List<Append> single =
                group.stream().filter(append -> append.events().size() == 1).toList();
        if (!single.isEmpty()) {
            write(single, INSERT_GROUP);
        }
        for (Append append : group) {
            if (append.events().size() > 1) {
                write(List.of(append), INSERT_WHOLE);
            }
        }
    }

    private void write(List<Append> group, String insert) throws InterruptedException {
        try {
            settleWritten(group, insert);
        } catch (SQLException e) {
            if (isUniqueViolation(e)) {
                group.forEach(append -> append.fail(
                        new DuplicateEvent(append.events().getFirst().eventIdentifier())));
            } else if (!saysWhatIsWrong(e)) {
                failed(group, e);
            } else if (group.size() > 1) {
                for (Append append : group) {
                    write(List.of(append), insert);
                }
            } else {
                LOG.error("The event store refused an event", e);
                group.getFirst().fail(new EventStoreException("The event could not be stored", e));
            }
        }
    }

    private void settleWritten(List<Append> group, String insert) throws SQLException {
        settle(
                group,
                insert(connection(), rows(group), insert),
                missing -> new DuplicateEvent(missing.events().getFirst().eventIdentifier()));
        if (full) {
            full = false;
            LOG.info("The event store has room again");
        }
    }

    /** Where it is not an event that is at fault. */
    private void failed(List<Append> group, SQLException e) throws InterruptedException {
        if (hasNoRoom(e)) {
            // one by one they would fare no better
            if (!full) {
                full = true;
                LOG.error("The event store has no room: {}", e.getMessage());
            }
            group.forEach(append -> append.fail(new Unavailable("The event store has no room", 1)));
        } else {
            LOG.warn("The event store cannot be reached: {}", e.getMessage());
            settleUnknown(group);
        }
    }

    /**
     * After a broken connection: asks the log which of the group it holds, for as long as that takes; new appends are
     * turned down meanwhile.
     */
    private void settleUnknown(List<Append> group) throws InterruptedException {
        reachable = false;
        failWaiting();
        while (!closed) {
            try {
                disconnect();
                settle(group, find(connection(), rows(group)), missing -> unreachable());
                reachable = true;
                LOG.info("The event store can be reached again");
                return;
            } catch (SQLException e) {
                LOG.debug("The event store cannot be reached yet", e);
                failWaiting();
                TimeUnit.MILLISECONDS.sleep(RECONNECT_MILLIS);
            }
        }
    }

    /**
     * Tells the log what is durable, in the order of positions, and only then the commands. Of two appends in one group
     * that want the same, the one that stood first was stored: it takes the position, and the other finds it gone.
     */
    private void settle(
            List<Append> group, Map<Place, Long> positions, Function<Append, RuntimeException> whenMissing) {
        List<TrackedEventMessage<?>> durable = new ArrayList<>(positions.size());
        List<Append> stored = new ArrayList<>(group.size());
        List<Append> missing = new ArrayList<>();
        for (Append append : group) {
            (take(append, positions, durable) ? stored : missing).add(append);
        }
        if (!durable.isEmpty()) {
            durable.sort(comparingLong(EventLog::position));
            log.appended(durable);
        }
        stored.forEach(append -> append.durable().complete(null));
        missing.forEach(append -> append.fail(whenMissing.apply(append)));
    }

    private static boolean take(Append append, Map<Place, Long> positions, List<TrackedEventMessage<?>> durable) {
        boolean all = true;
        for (StoredEvent event : append.events()) {
            Long position = positions.remove(Place.of(event));
            if (position == null) {
                all = false;
            } else {
                durable.add(new GenericTrackedDomainEventMessage<>(
                        new GlobalSequenceTrackingToken(position), event.message()));
            }
        }
        return all;
    }

    private static Map<Place, Long> insert(Connection connection, List<StoredEvent> rows, String insert)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            statement.setArray(1, texts(connection, rows, StoredEvent::aggregateIdentifier));
            statement.setArray(
                    2, connection.createArrayOf("bigint", column(rows, StoredEvent::sequenceNumber, Long[]::new)));
            statement.setArray(3, texts(connection, rows, StoredEvent::type));
            statement.setArray(4, texts(connection, rows, StoredEvent::eventIdentifier));
            statement.setArray(
                    5, connection.createArrayOf("bytea", column(rows, StoredEvent::metaData, byte[][]::new)));
            statement.setArray(6, connection.createArrayOf("bytea", column(rows, StoredEvent::payload, byte[][]::new)));
            statement.setArray(7, texts(connection, rows, StoredEvent::payloadRevision));
            statement.setArray(8, texts(connection, rows, StoredEvent::payloadType));
            statement.setArray(9, texts(connection, rows, StoredEvent::timestamp));
            return positions(statement);
        }
    }

    /**
     * What the log holds of these very rows: with the metadata, which names the command, since another command may have
     * stored the same identifier before. Takes the lock of the appenders first: a transaction that the broken
     * connection left behind is over then, one way or the other.
     */
    private static Map<Place, Long> find(Connection connection, List<StoredEvent> rows) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement lock = connection.prepareStatement(LOCK);
                PreparedStatement find = connection.prepareStatement(FIND)) {
            lock.execute();
            find.setArray(1, texts(connection, rows, StoredEvent::eventIdentifier));
            find.setArray(2, connection.createArrayOf("bytea", column(rows, StoredEvent::metaData, byte[][]::new)));
            return positions(find);
        } finally {
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    private static Map<Place, Long> positions(PreparedStatement statement) throws SQLException {
        Map<Place, Long> positions = new HashMap<>();
        try (ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                positions.put(
                        new Place(result.getString(2), result.getLong(3), result.getString(4)), result.getLong(1));
            }
        }
        return positions;
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

    private static List<StoredEvent> rows(List<Append> group) {
        return group.stream().flatMap(append -> append.events().stream()).toList();
    }

    private Connection connection() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = database.getConnection();
            connection = open;
        }
        return open;
    }

    private void disconnect() {
        try (Connection open = connection) {
            connection = null;
        } catch (SQLException e) {
            LOG.debug("A broken connection could not be closed", e);
        }
    }

    private void failWaiting() {
        List<Append> turnedDown = new ArrayList<>();
        waiting.drainTo(turnedDown);
        turnedDown.forEach(append -> append.fail(unreachable()));
    }

    private static boolean isUniqueViolation(SQLException e) {
        return "23505".equals(e.getSQLState());
    }

    /** Whether there is no room on the disk, or in memory (53): the statement has been undone, and it passes. */
    private static boolean hasNoRoom(SQLException e) {
        return e.getSQLState() != null && e.getSQLState().startsWith("53");
    }

    /**
     * Whether the server itself refused the statement, which then has certainly been undone: bad data (22), a
     * constraint (23), too much for it (54), or a fault inside (XX, 58). Anything else, the connection (08) or the
     * server going away (57) above all, leaves the outcome open.
     */
    private static boolean saysWhatIsWrong(SQLException e) {
        String state = e.getSQLState();
        return state != null && state.length() == 5 && REFUSALS.contains(state.substring(0, 2));
    }

    /** Stops after the groups that wait; blocks until then. */
    @Override
    public void close() {
        closed = true;
        try {
            committer.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The append of one command. */
    private record Append(List<StoredEvent> events, CompletableFuture<@Nullable Void> durable) {
        void fail(RuntimeException reason) {
            durable.completeExceptionally(reason);
        }
    }

    /** Which event, and where it stands in its aggregate: with the position, all that the insert gives back. */
    private record Place(String aggregateIdentifier, long sequenceNumber, String eventIdentifier) {
        static Place of(StoredEvent event) {
            return new Place(event.aggregateIdentifier(), event.sequenceNumber(), event.eventIdentifier());
        }
    }
}
