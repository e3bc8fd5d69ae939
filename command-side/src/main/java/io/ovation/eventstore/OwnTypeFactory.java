package io.ovation.eventstore;

import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.GenericAggregateFactory;
import org.axonframework.modelling.command.AggregateNotFoundException;

/**
 * Makes aggregates out of events of their own type only. Clients choose ids, so what is asked of a conversation may bear the id of a content: that is none that
 * exists. For the types whose ids clients choose, as a bean named after the type, such as {@code conversationAggregateFactory}.
 */
public final class OwnTypeFactory<T> extends GenericAggregateFactory<T> {
    public OwnTypeFactory(Class<T> type) {
        super(type);
    }

    @Override
    @SuppressWarnings("rawtypes") // as Axon has it
    protected T doCreateAggregate(String aggregateIdentifier, DomainEventMessage firstEvent) {
        if (!getAggregateType().getSimpleName().equals(firstEvent.getType())) {
            throw new AggregateNotFoundException(aggregateIdentifier, "The aggregate with this identifier is of another type");
        }
        return super.doCreateAggregate(aggregateIdentifier, firstEvent);
    }
}
