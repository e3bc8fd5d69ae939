package io.ovation.eventstore;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * The append of one command, all or nothing. Any thread may wait for it; the committer completes it.
 *
 * @param durable completes when it is, or with why it is not
 */
record Append(List<StoredEvent> events, CompletableFuture<@Nullable Void> durable) {
    Append(List<StoredEvent> events) {
        this(events, new CompletableFuture<>());
    }

    void fail(RuntimeException reason) {
        durable.completeExceptionally(reason);
    }

    DuplicateEvent duplicate() {
        return new DuplicateEvent(events.getFirst().eventIdentifier());
    }

    /** Which event, and where it stands in its aggregate: with the position, all that the store gives back. */
    record Place(String aggregateIdentifier, long sequenceNumber, String eventIdentifier) {
        static Place of(StoredEvent event) {
            return new Place(event.aggregateIdentifier(), event.sequenceNumber(), event.eventIdentifier());
        }
    }
}
