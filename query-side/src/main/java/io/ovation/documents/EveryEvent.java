package io.ovation.documents;

import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.EventMessage;

/**
 * Has the processor of a projection handle every event, also those that none of its documents is made of: it would pass
 * over them without telling, and whoever waits for the head of the log would wait for the next event of another type.
 */
final class EveryEvent {
    private final String projection;

    EveryEvent(String projection) {
        this.projection = projection;
    }

    boolean isOf(String other) {
        return projection.equals(other);
    }

    @EventHandler
    void pass(EventMessage<?> event) {
        // handled by being seen
    }
}
