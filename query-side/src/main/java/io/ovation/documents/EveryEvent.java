package io.ovation.documents;

import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.EventMessage;

/**
 * Has the history processor handle every event, also those that no read model is made of: it would pass over them
 * without telling, and whoever waits for the head of the log would wait for the next event of another type.
 */
@ProcessingGroup(HistoryProcessor.NAME)
final class EveryEvent {
    @EventHandler
    void pass(EventMessage<?> event) {
        // handled by being seen
    }
}
