package io.ovation.eventstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.serialization.Serializer;

/**
 * Axon's JDBC engine, in Axon's own schema, with {@link GroupCommit} in the place of a transaction for each command. It
 * reads as the plain engine does, and a plain engine may read and go on with the same tables. For any number of
 * threads.
 */
final class GroupCommitEventStorageEngine extends JdbcEventStorageEngine {
    private static final String FORGET = "DELETE FROM snapshotevententry WHERE aggregateidentifier = ?";

    private final GroupCommit groupCommit;

    GroupCommitEventStorageEngine(Builder builder, GroupCommit groupCommit) {
        super(builder);
        this.groupCommit = groupCommit;
    }

    @Override
    protected void appendEvents(List<? extends EventMessage<?>> events, Serializer serializer) {
        if (!events.isEmpty()) {
            groupCommit.append(events.stream()
                    .map(event -> StoredEvent.of(event, serializer))
                    .toList());
        }
    }

    /** Decodes it at once: else one that cannot be read would be found when it is too late to read the events. */
    @Override
    public Optional<DomainEventMessage<?>> readSnapshot(String aggregateIdentifier) {
        Optional<DomainEventMessage<?>> snapshot = super.readSnapshot(aggregateIdentifier);
        snapshot.ifPresent(DomainEventMessage::getPayload);
        return snapshot;
    }

    /** In the place of what is there, which may be of the same sequence number: one that could not be read. */
    @Override
    protected PreparedStatement appendSnapshot(
            Connection connection, DomainEventMessage<?> snapshot, Serializer serializer) throws SQLException {
        try (PreparedStatement forget = connection.prepareStatement(FORGET)) {
            forget.setString(1, snapshot.getAggregateIdentifier());
            forget.executeUpdate();
        }
        return super.appendSnapshot(connection, snapshot, serializer);
    }

    @Override
    protected List<? extends DomainEventData<?>> fetchDomainEvents(
            String aggregateIdentifier, long firstSequenceNumber, int batchSize) {
        try {
            return super.fetchDomainEvents(aggregateIdentifier, firstSequenceNumber, batchSize);
        } catch (EventStoreException e) {
            throw LogTable.unreadable(e);
        }
    }
}
