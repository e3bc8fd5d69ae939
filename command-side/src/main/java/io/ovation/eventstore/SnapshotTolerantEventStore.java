package io.ovation.eventstore;

import java.sql.SQLException;
import java.util.Optional;

import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Axon's event store, which tells a snapshot that cannot be read from a database that cannot. The first is told in a
 * line, and made anew after the aggregate's events were read from the first; for the second Axon would do the same,
 * with a stack trace for each command, and wait for the database twice. For any number of threads.
 */
final class SnapshotTolerantEventStore extends EmbeddedEventStore {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotTolerantEventStore.class);

    SnapshotTolerantEventStore(Builder builder) {
        super(builder);
    }

    @Override
    protected Optional<DomainEventMessage<?>> handleSnapshotReadingError(String aggregateIdentifier, Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException database) {
                throw LogTable.unreadable(database);
            }
        }
        LOG.warn(
                "The snapshot of {} cannot be read, so all of its events are; another one is taken: {}",
                aggregateIdentifier,
                String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        return Optional.empty();
    }
}
