package io.ovation.replay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Supplier;
import javax.sql.DataSource;

import io.ovation.Unavailable;
import io.ovation.sequence.EventPositions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks an event's position up in the table of the log, by its unique index. Thread-safe. */
final class LogPositions implements EventPositions {
    private static final Logger LOG = LoggerFactory.getLogger(LogPositions.class);
    private static final String POSITION =
            "SELECT globalindex FROM domainevententry WHERE aggregateidentifier = ? AND sequencenumber = ?";

    private final Supplier<DataSource> database;

    /** @param database is asked when the log is first read */
    LogPositions(Supplier<DataSource> database) {
        this.database = database;
    }

    @Override
    public long of(String aggregateId, long sequence) {
        try (Connection connection = database.get().getConnection();
                PreparedStatement statement = connection.prepareStatement(POSITION)) {
            statement.setString(1, aggregateId);
            statement.setLong(2, sequence);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : Long.MIN_VALUE;
            }
        } catch (SQLException e) {
            LOG.debug("The log cannot be read", e);
            throw new Unavailable("The log cannot be read now", 1);
        }
    }
}
