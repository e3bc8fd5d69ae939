package io.ovation.replay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;

import io.ovation.Unavailable;
import io.ovation.log.LogLineage;
import io.ovation.replay.ReplayQuery.EventLine;
import io.ovation.replay.ReplayQuery.LogRange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table of the log, read only. Positions are in commit order ({@code docs/adr/0002-positions-in-commit-order.md}),
 * so a page that was read never changes. Every statement has an index (V3 of the schema) whatever the planner thinks of
 * the rows; {@code docs/adr/0006-replay.md} says why they are written as they are.
 */
final class EventRows {
    private static final Logger log = LoggerFactory.getLogger(EventRows.class);

    private static final String COLUMNS =
            "globalindex, eventidentifier, payloadtype, payloadrevision, type, aggregateidentifier, sequencenumber, "
                    + "timestamp, payload, metadata";
    private static final String TYPE = "split_part(payloadtype, '$', -1)";
    /** Readings of the log are not told to who asks for everything, for each reading would find the one before. */
    private static final String UNASKED =
            " AND " + TYPE + " <> '" + ReplayEvent.LogAccessed.class.getSimpleName() + "'";

    private static final String BY_POSITION = "SELECT " + COLUMNS
            + " FROM domainevententry WHERE globalindex > ? AND globalindex <= ?%s ORDER BY globalindex LIMIT ?";
    private static final String BY_TYPE =
            "(SELECT " + COLUMNS + ", globalindex + 0 AS position FROM domainevententry WHERE " + TYPE
                    + " = ? AND globalindex + 0 > ? AND globalindex + 0 <= ?%s ORDER BY position)";
    private static final String MERGED = " ORDER BY position LIMIT ?";
    private static final String BY_AGGREGATE = "SELECT " + COLUMNS
            + " FROM domainevententry WHERE aggregateidentifier = ? AND sequencenumber > ?%s ORDER BY sequencenumber "
            + "LIMIT ?";
    private static final String OF_AGGREGATE_FROM =
            "SELECT sequencenumber, globalindex FROM domainevententry WHERE aggregateidentifier = ? AND "
                    + "sequencenumber >= ? ORDER BY sequencenumber LIMIT 1";
    private static final String LAST_OF_AGGREGATE =
            "SELECT sequencenumber FROM domainevententry WHERE aggregateidentifier = ? ORDER BY sequencenumber DESC "
                    + "LIMIT 1";
    private static final String HEAD = "SELECT coalesce(max(globalindex), -1) FROM domainevententry";
    private static final String TICK_FROM = "SELECT firstindex FROM logclock WHERE second >= ? ORDER BY second LIMIT 1";
    private static final String TICK_BEYOND =
            "SELECT firstindex FROM logclock WHERE second > ? + (SELECT max(seconds) FROM loglateness) ORDER BY "
                    + "second LIMIT 1";

    /** Axon's text of a timestamp, whose length is fixed, so that it sorts. */
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** What can be written with a year of four digits. */
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    private final Supplier<DataSource> database;
    private final EventTypes types;
    private final LineEncoder encoder;

    /** @param database is asked when the log is first read */
    EventRows(Supplier<DataSource> database, EventTypes types, LineEncoder encoder) {
        this.database = database;
        this.types = types;
        this.encoder = encoder;
    }

    /** Reads pages, each from where the one before ended. One thread at a time. */
    interface Pages {
        /**
         * The next events. Blocks for one indexed read.
         *
         * @param upTo the last position to look at
         * @param rows how many at most
         */
        Page next(long after, long upTo, int rows);
    }

    /** What {@link Pages} reads, on a connection. */
    private interface Walk {
        Page next(Connection connection, long after, long upTo, int rows) throws SQLException;
    }

    /**
     * Some events.
     *
     * @param rows how many rows they were made of
     * @param last the position up to which there are no others
     */
    record Page(List<EventLine> lines, int rows, long last) {}

    /**
     * Where the events of a filter lie. Blocks.
     *
     * @param log the id of the log that {@code after} was given for; null where nobody says
     */
    LogRange range(EventFilter filter, @Nullable Long after, @Nullable String log) {
        types.keys(filter.types());
        return reading(connection -> {
            // the id first: what was read under one that is over by now is found out later
            String id = LogLineage.current(connection);
            long head = number(connection, HEAD, null, -1);
            boolean elsewhere = after != null
                    && (after > head || log != null && !LogLineage.has(connection, log, after));
            Instant from = stored(filter.from());
            Instant to = stored(filter.to());
            long low = after == null || elsewhere ? -1 : after;
            if (from != null) {
                low = Math.max(low, number(connection, TICK_FROM, from.getEpochSecond(), head + 1) - 1);
            }
            long end = to == null
                    ? head
                    : Math.min(head, number(connection, TICK_BEYOND, to.getEpochSecond(), head + 1) - 1);
            return new LogRange(low, end, head, id, elsewhere);
        });
    }

    /**
     * The pages of a filter.
     *
     * @param log the id that the log has to have, for positions to be those that were given under it
     */
    Pages pages(EventFilter filter, String log) {
        Walk walk = walk(filter);
        return (after, upTo, rows) -> reading(connection -> {
            Page page = walk.next(connection, after, upTo, rows);
            // after the rows: what was read before it got another id is still of this one
            if (!LogLineage.current(connection).equals(log)) {
                throw new Unavailable("The log goes on under another id: read on with this one's last position", 1);
            }
            return page;
        });
    }

    private Walk walk(EventFilter filter) {
        List<String> keys = types.keys(filter.types());
        List<Object> conditions = new ArrayList<>();
        StringBuilder where = new StringBuilder();
        Instant from = stored(filter.from());
        if (from != null) {
            where.append(" AND timestamp >= ?");
            conditions.add(TIMESTAMP.format(from));
        }
        Instant to = stored(filter.to());
        if (to != null) {
            where.append(" AND timestamp < ?");
            conditions.add(TIMESTAMP.format(to));
        }
        String aggregate = filter.aggregate();
        if (aggregate != null) {
            return new OfAggregate(aggregate, keys, where.toString(), conditions);
        }
        if (keys.isEmpty()) {
            where.append(UNASKED);
            return byPosition(where.toString(), conditions);
        }
        return byType(keys, where.toString(), conditions);
    }

    private Walk byPosition(String where, List<Object> conditions) {
        String query = BY_POSITION.formatted(where);
        return (connection, after, upTo, rows) -> {
            List<Object> parameters = new ArrayList<>(List.of(after, upTo));
            parameters.addAll(conditions);
            parameters.add(rows);
            return page(read(connection, query, parameters), upTo, rows);
        };
    }

    /** A walk through the index for each type, merged. */
    private Walk byType(List<String> keys, String where, List<Object> conditions) {
        String one = BY_TYPE.formatted(where);
        String query = (keys.size() == 1
                        ? "SELECT * FROM " + one + " AS each"
                        : String.join(
                                " UNION ALL ", keys.stream().map(key -> one).toList()))
                + MERGED;
        return (connection, after, upTo, rows) -> {
            List<Object> parameters = new ArrayList<>();
            for (String key : keys) {
                parameters.addAll(List.of(key, after, upTo));
                parameters.addAll(conditions);
            }
            parameters.add(rows);
            return page(read(connection, query, parameters), upTo, rows);
        };
    }

    /** One aggregate's events: in the order of their sequence numbers, which is that of their positions. */
    private final class OfAggregate implements Walk {
        private final String aggregate;
        private final List<String> keys;
        private final String query;
        private final List<Object> conditions;
        private long sequence = -1;
        private long soughtAfter = -1;

        OfAggregate(String aggregate, List<String> keys, String where, List<Object> conditions) {
            this.aggregate = aggregate;
            this.keys = keys;
            this.query = BY_AGGREGATE.formatted(keys.isEmpty() ? where : where + " AND " + TYPE + " = ANY (?)");
            this.conditions = conditions;
        }

        @Override
        public Page next(Connection connection, long after, long upTo, int rows) throws SQLException {
            if (soughtAfter < 0 && after >= 0) {
                sequence = before(connection, after);
            }
            soughtAfter = Math.max(after, 0);
            List<Object> parameters = new ArrayList<>(List.of(aggregate, sequence));
            parameters.addAll(conditions);
            if (!keys.isEmpty()) {
                parameters.add(keys);
            }
            parameters.add(rows);
            List<StoredRow> found = read(connection, query, parameters);
            List<StoredRow> within =
                    found.stream().takeWhile(row -> row.position() <= upTo).toList();
            if (!within.isEmpty()) {
                sequence = within.getLast().sequence();
            }
            return page(within, upTo, within.size() < found.size() ? Integer.MAX_VALUE : rows);
        }

        /**
         * The sequence number of the aggregate's last event at a position or below; found by halves, since no index has
         * both.
         */
        private long before(Connection connection, long position) throws SQLException {
            long low = -1;
            long high = number(connection, LAST_OF_AGGREGATE, aggregate, -1) + 1;
            while (high - low > 1) {
                long middle = (low + high) >>> 1;
                long[] found = place(connection, middle);
                if (found.length == 0 || found[1] > position) {
                    high = middle;
                } else {
                    low = Math.max(middle, found[0]);
                }
            }
            return low;
        }

        private long[] place(Connection connection, long from) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(OF_AGGREGATE_FROM)) {
                statement.setString(1, aggregate);
                statement.setLong(2, from);
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? new long[] {row.getLong(1), row.getLong(2)} : new long[0];
                }
            }
        }
    }

    private Page page(List<StoredRow> rows, long upTo, int asked) {
        List<EventLine> lines = new ArrayList<>(rows.size());
        rows.forEach(row -> encoder.encode(row, lines::add));
        return new Page(
                lines, rows.size(), rows.size() < asked ? upTo : rows.getLast().position());
    }

    private static List<StoredRow> read(Connection connection, String query, List<Object> parameters)
            throws SQLException {
        List<StoredRow> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.size(); i++) {
                switch (parameters.get(i)) {
                    case List<?> texts -> statement.setArray(i + 1, connection.createArrayOf("text", texts.toArray()));
                    case Object value -> statement.setObject(i + 1, value);
                }
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(new StoredRow(
                            row.getLong(1),
                            row.getString(2),
                            row.getString(3),
                            row.getString(4),
                            row.getString(5),
                            row.getString(6),
                            row.getLong(7),
                            row.getString(8),
                            row.getBytes(9),
                            row.getBytes(10)));
                }
            }
        }
        return rows;
    }

    private static long number(Connection connection, String query, @Nullable Object parameter, long otherwise)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            if (parameter != null) {
                statement.setObject(1, parameter);
            }
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : otherwise;
            }
        }
    }

    /** The first time, of those that can be stored, that is not before a time: stored ones are whole milliseconds. */
    private static @Nullable Instant stored(@Nullable Instant time) {
        if (time == null) {
            return null;
        }
        Instant floor = time.truncatedTo(ChronoUnit.MILLIS);
        Instant ceiling = floor.equals(time) ? floor : floor.plusMillis(1);
        return ceiling.isBefore(EARLIEST) ? EARLIEST : ceiling.isAfter(LATEST) ? LATEST : ceiling;
    }

    private <T> T reading(Reading<T> reading) {
        try (Connection connection = database.get().getConnection()) {
            return reading.of(connection);
        } catch (SQLException e) {
            log.warn("The log could not be read: {}", e.toString());
            throw new Unavailable("The log cannot be read now", 1);
        }
    }

    private interface Reading<T> {
        T of(Connection connection) throws SQLException;
    }
}
