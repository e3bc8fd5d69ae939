package io.ovation.log;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.sql.DataSource;

import io.ovation.Unavailable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Whether a place that was told once is one of the log still. Thread-safe; what it asks PostgreSQL for is asked on
 * threads that may block.
 */
public final class LogPlaces {
    private static final Logger LOG = LoggerFactory.getLogger(LogPlaces.class);

    private static final String POSITION_OF =
            "SELECT globalindex FROM domainevententry WHERE aggregateidentifier = ? AND sequencenumber = ?";

    private final Supplier<DataSource> database;
    private final Scheduler scheduler;

    /** Up to where each id is good that is over: that never changes. As many as the log has had. */
    private final Map<String, Long> over = new ConcurrentHashMap<>();

    /**
     * @param database is asked when the log is first read
     * @param scheduler whose threads may block
     */
    public LogPlaces(Supplier<DataSource> database, Scheduler scheduler) {
        this.database = database;
        this.scheduler = scheduler;
    }

    /** Whether a position that was told under an id of the log is one of this log. */
    public Mono<Boolean> hasPosition(String id, long position) {
        return asked(connection -> position <= goodUpTo(connection, id).orElse(Long.MIN_VALUE));
    }

    /**
     * Whether an aggregate's event that was told under an id of the log is there, and the same.
     *
     * @param sequence -1 for the place before the first event
     */
    public Mono<Boolean> hasEvent(String id, String aggregate, long sequence) {
        return asked(connection -> {
            OptionalLong good = goodUpTo(connection, id);
            if (good.isEmpty() || sequence < 0) {
                return good.isPresent();
            }
            try (PreparedStatement statement = connection.prepareStatement(POSITION_OF)) {
                statement.setString(1, aggregate);
                statement.setLong(2, sequence);
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() && row.getLong(1) <= good.getAsLong();
                }
            }
        });
    }

    private OptionalLong goodUpTo(Connection connection, String id) throws SQLException {
        Long known = over.get(id);
        if (known != null) {
            return OptionalLong.of(known);
        }
        OptionalLong good = LogLineage.goodUpTo(connection, id);
        if (good.isPresent() && good.getAsLong() < Long.MAX_VALUE) {
            over.put(id, good.getAsLong());
        }
        return good;
    }

    private Mono<Boolean> asked(Question question) {
        return Mono.fromCallable(() -> {
                    try (Connection connection = database.get().getConnection()) {
                        return question.of(connection);
                    } catch (SQLException e) {
                        LOG.warn("Places in the log could not be looked up: {}", e.toString());
                        throw new Unavailable("The log cannot be read now", 1);
                    }
                })
                .subscribeOn(scheduler);
    }

    @FunctionalInterface
    private interface Question {
        boolean of(Connection connection) throws SQLException;
    }
}
