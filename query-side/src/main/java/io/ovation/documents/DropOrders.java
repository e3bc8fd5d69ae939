package io.ovation.documents;

import java.util.function.Supplier;

import io.ovation.projection.ProjectionCommand.OfDeadLetter;
import io.ovation.projection.ProjectionEvent.DeadLetterDropOrdered;
import org.axonframework.eventsourcing.eventstore.EventStore;

/**
 * Which events an admin has had left out of the read models, as the log has it: so it counts for whatever is built of
 * the log, in whichever home and version. Thread-safe; blocks.
 */
final class DropOrders {
    private final Supplier<EventStore> eventStore;

    /** @param eventStore is asked when it is first read: it may itself need what the read models configure */
    DropOrders(Supplier<EventStore> eventStore) {
        this.eventStore = eventStore;
    }

    /**
     * Whether it was ordered that a projection leave out an event.
     *
     * @throws StoreUnavailable where the log cannot be read
     */
    boolean has(String projection, String eventId) {
        String orders = OfDeadLetter.target(DeadLetter.id(projection, eventId));
        try {
            // the first sequence is given, so that the store does not look for a snapshot
            return eventStore.get().readEvents(orders, 0).asStream()
                    .anyMatch(order -> order.getPayload() instanceof DeadLetterDropOrdered);
        } catch (RuntimeException e) {
            throw new StoreUnavailable("The log does not say what was dropped", e);
        }
    }
}
