package io.ovation.eventstore;

import java.util.List;
import java.util.function.BiFunction;

import io.ovation.UniqueEvent;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.messaging.MessageDispatchInterceptor;

/** Makes the id of a {@link UniqueEvent} the identifier of its message, which the store holds unique. */
final class UniqueEventIdentifiers implements MessageDispatchInterceptor<EventMessage<?>> {
    @Override
    public BiFunction<Integer, EventMessage<?>, EventMessage<?>> handle(List<? extends EventMessage<?>> messages) {
        return (index, message) -> identified(message);
    }

    private static EventMessage<?> identified(EventMessage<?> message) {
        if (message instanceof DomainEventMessage<?> event && event.getPayload() instanceof UniqueEvent unique) {
            return new GenericDomainEventMessage<>(
                    event.getType(),
                    event.getAggregateIdentifier(),
                    event.getSequenceNumber(),
                    event.getPayload(),
                    event.getMetaData(),
                    unique.uniqueId(),
                    event.getTimestamp());
        }
        return message;
    }
}
