package io.ovation.eventstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.sql.DataSource;

import io.ovation.Unavailable;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventEntry;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedDomainEventData;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.axonframework.common.DateTimeUtils.formatInstant;
import static org.axonframework.eventhandling.EventUtils.upcastAndDeserializeTrackedEvents;

/**
 * Reads the log from its table, by position or by identifier; positions are in commit order, so what is above a
 * position never grows a gap's filling.
 */
final class LogTable implements RecordedEvents, RecordedAggregates {
    private static final Logger LOG = LoggerFactory.getLogger(LogTable.class);
    private static final String COLUMNS =
            "globalindex, type, aggregateidentifier, sequencenumber, eventidentifier, timestamp, payloadtype, "
                    + "payloadrevision, payload, metadata";
    private static final String PAGE = "SELECT " + COLUMNS
            + " FROM domainevententry WHERE globalindex > ? AND globalindex <= ? ORDER BY globalindex LIMIT ?";
    private static final String BY_IDENTIFIER =
            "SELECT " + COLUMNS + " FROM domainevententry WHERE eventidentifier = ?";
    private static final String FIRST_EVENTS = "SELECT aggregateidentifier FROM domainevententry "
            + "WHERE aggregateidentifier = ANY (?) AND sequencenumber = 0";
    private static final String HEAD = "SELECT coalesce(max(globalindex), -1) FROM domainevententry";
    private static final String LATEST =
            "SELECT (SELECT coalesce(max(globalindex), -1) FROM domainevententry), " + LogId.CURRENT;
    private static final String BEFORE =
            "SELECT coalesce(min(globalindex) - 1, (SELECT coalesce(max(globalindex), -1) FROM domainevententry)) "
                    + "FROM domainevententry WHERE timestamp >= ?";

    private final DataSource database;
    private final Serializer serializer;
    private final EventUpcaster upcasters;

    LogTable(DataSource database, Serializer serializer, EventUpcaster upcasters) {
        this.database = database;
        this.serializer = serializer;
        this.upcasters = upcasters;
    }

    /**
     * The events above one position and up to another, in order. An upcaster may drop some of them: {@link Page#last}
     * tells how far the page went.
     *
     * @throws Unavailable if the store can't be reached
     */
    Page page(long above, long upTo, int limit) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(PAGE)) {
            statement.setLong(1, above);
            statement.setLong(2, upTo);
            statement.setInt(3, limit);
            List<TrackedDomainEventData<byte[]>> rows = rows(statement);
            long last = rows.size() < limit ? upTo : position(rows.getLast());
            return new Page(messages(rows), last);
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    @Override
    public Optional<DomainEventMessage<?>> find(String eventIdentifier) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(BY_IDENTIFIER)) {
            statement.setString(1, eventIdentifier);
            return messages(rows(statement)).stream().findFirst().map(event -> (DomainEventMessage<?>) event);
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    @Override
    public Set<String> among(Collection<String> aggregateIds) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(FIRST_EVENTS)) {
            statement.setArray(1, connection.createArrayOf("varchar", aggregateIds.toArray()));
            Set<String> found = new HashSet<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    found.add(result.getString(1));
                }
            }
            return found;
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    /** A passing state of the surroundings, as all that read are told. */
    static Unavailable unreadable(Exception cause) {
        LOG.debug("The event store cannot be read", cause);
        return new Unavailable("The event store cannot be read now", 1);
    }

    /** The highest position; -1 while the log is empty. */
    long head() {
        return number(HEAD, null);
    }

    /** The highest position, and the id that the log has. */
    Latest latest() {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(LATEST);
                ResultSet result = statement.executeQuery()) {
            result.next();
            return new Latest(result.getLong(1), result.getString(2));
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    /** The position before the first event that was recorded at {@code time} or later. */
    long before(Instant time) {
        return number(BEFORE, formatInstant(time));
    }

    private long number(String query, @Nullable String parameter) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(query)) {
            if (parameter != null) {
                statement.setString(1, parameter);
            }
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    private List<TrackedEventMessage<?>> messages(List<TrackedDomainEventData<byte[]>> rows) {
        Stream<? extends TrackedEventMessage<?>> messages =
                upcastAndDeserializeTrackedEvents(rows.stream(), serializer, upcasters);
        List<TrackedEventMessage<?>> result = new ArrayList<>(rows.size());
        messages.forEach(result::add);
        return result;
    }

    private static long position(TrackedDomainEventData<byte[]> row) {
        return row.trackingToken().position().orElseThrow();
    }

    private static List<TrackedDomainEventData<byte[]>> rows(PreparedStatement statement) throws SQLException {
        List<TrackedDomainEventData<byte[]>> rows = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                rows.add(new TrackedDomainEventData<>(
                        new GlobalSequenceTrackingToken(row.getLong(1)),
                        new GenericDomainEventEntry<>(
                                row.getString(2),
                                row.getString(3),
                                row.getLong(4),
                                row.getString(5),
                                row.getString(6),
                                row.getString(7),
                                row.getString(8),
                                row.getBytes(9),
                                row.getBytes(10))));
            }
        }
        return rows;
    }

    /**
     * How far the log has grown.
     *
     * @param position -1 while it is empty
     * @param log the id that it has
     */
    record Latest(long position, String log) {}

    /**
     * A part of the log.
     *
     * @param last the position up to which the part tells everything
     */
    record Page(List<TrackedEventMessage<?>> events, long last) {}
}
