package io.ovation.eventstore;

import java.util.Optional;

import org.axonframework.eventhandling.DomainEventMessage;

/**
 * Finds an event by its identifier, however old it is: what an aggregate asks about ids that it does not remember any
 * more.
 */
public interface RecordedEvents {
    /**
     * The durable event with this identifier. Blocks for one indexed read: to be called on a command's thread only.
     *
     * @param eventIdentifier an event identifier, such as {@link io.ovation.UniqueEvent#uniqueId()}
     */
    Optional<DomainEventMessage<?>> find(String eventIdentifier);
}
