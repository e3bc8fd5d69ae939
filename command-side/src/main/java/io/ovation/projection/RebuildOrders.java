package io.ovation.projection;

import io.ovation.projection.ProjectionCommand.OrderRebuild;
import io.ovation.projection.ProjectionEvent.RebuildOrdered;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

/** That admins have ordered the documents of a projection to be built anew. Each order counts. */
@Aggregate(lockFactory = "aggregateLock")
@SuppressWarnings("NullAway.Init") // Axon makes it empty; its first event fills it
class RebuildOrders {
    @AggregateIdentifier
    private String id;

    RebuildOrders() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void handle(OrderRebuild command) {
        Orders.isAsAdmin(command);
        apply(new RebuildOrdered(command.projection(), command.by().user(), command.at()));
    }

    @EventSourcingHandler
    void on(RebuildOrdered event) {
        id = OrderRebuild.target(event.projection());
    }
}
