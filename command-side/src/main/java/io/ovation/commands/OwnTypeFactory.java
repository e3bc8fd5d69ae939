package io.ovation.commands;

import java.util.function.Supplier;

import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.AggregateFactory;
import org.axonframework.modelling.command.AggregateNotFoundException;

/**
 * Makes aggregates out of events of their own type only. Clients choose ids, so what is asked of a conversation may
 * bear the id of a content: that is none that exists. For the types whose ids clients choose, as a bean named after the
 * type, such as {@code conversationAggregateFactory}.
 */
public final class OwnTypeFactory<T> implements AggregateFactory<T> {
    private final Class<T> type;
    private final Supplier<T> empty;

    /** @param empty makes an aggregate without a past */
    public OwnTypeFactory(Class<T> type, Supplier<T> empty) {
        this.type = type;
        this.empty = empty;
    }

    @Override
    public T createAggregateRoot(String aggregateIdentifier, DomainEventMessage<?> firstEvent) {
        if (!type.getSimpleName().equals(firstEvent.getType())) {
            throw new AggregateNotFoundException(
                    aggregateIdentifier, "The aggregate with this identifier is of another type");
        }
        // a snapshot is the aggregate itself
        return type.isInstance(firstEvent.getPayload()) ? type.cast(firstEvent.getPayload()) : empty.get();
    }

    @Override
    public Class<T> getAggregateType() {
        return type;
    }
}
