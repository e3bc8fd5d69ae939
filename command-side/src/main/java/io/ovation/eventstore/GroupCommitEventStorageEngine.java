package io.ovation.eventstore;

import java.util.List;

import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.serialization.Serializer;

/**
 * Axon's JDBC engine, in Axon's own schema, with {@link GroupCommit} in the place of a transaction for each command. It
 * reads as the plain engine does, and a plain engine may read and go on with the same tables.
 */
final class GroupCommitEventStorageEngine extends JdbcEventStorageEngine {
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
}
