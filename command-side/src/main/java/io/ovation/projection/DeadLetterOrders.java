package io.ovation.projection;

import io.ovation.projection.ProjectionCommand.OrderDeadLetterDrop;
import io.ovation.projection.ProjectionCommand.OrderDeadLetterRetry;
import io.ovation.projection.ProjectionEvent.DeadLetterDropOrdered;
import io.ovation.projection.ProjectionEvent.DeadLetterRetryOrdered;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

/** What admins have ordered about one dead letter. Each order counts: whether it can be carried out is seen later. */
@Aggregate(lockFactory = "aggregateLock")
@SuppressWarnings("NullAway.Init") // Axon makes it empty; its first event fills it
class DeadLetterOrders {
    @AggregateIdentifier
    private String id;

    DeadLetterOrders() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void handle(OrderDeadLetterRetry command) {
        Orders.isAsAdmin(command);
        apply(new DeadLetterRetryOrdered(command.deadLetterId(), command.by().user(), command.at()));
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void handle(OrderDeadLetterDrop command) {
        Orders.isAsAdmin(command);
        apply(new DeadLetterDropOrdered(command.deadLetterId(), command.by().user(), command.at()));
    }

    @EventSourcingHandler
    void on(ProjectionEvent.OfDeadLetter event) {
        id = ProjectionCommand.OfDeadLetter.target(event.deadLetterId());
    }
}
