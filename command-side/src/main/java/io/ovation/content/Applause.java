package io.ovation.content;

import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

/**
 * One applause under an id of its sender's, an aggregate of its own: a crowd's contend on nothing. It has one event and
 * is never loaded, so it needs neither cache nor snapshot.
 */
@Aggregate(lockFactory = "aggregateLock")
@SuppressWarnings("NullAway.Init") // Axon makes it empty; its only event fills it
class Applause {
    @AggregateIdentifier
    private String id;

    Applause() {}

    /** The first under its id; the store turns it down if it is not. */
    Applause(ApplaudOnce command) {
        apply(new Applauded(
                command.applauseId(),
                new Target.OfContent(command.contentId()),
                command.by().user(),
                command.count(),
                command.at()));
    }

    @EventSourcingHandler
    void on(Applauded event) {
        id = Applauded.aggregateId(event.applauseId());
    }
}
