package io.ovation.inbox;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import io.ovation.inbox.InboxCommand.ReadInbox;
import io.ovation.inbox.InboxEvent.InboxRead;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.serialization.Revision;
import org.axonframework.spring.stereotype.Aggregate;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

/** How far a user has read their inbox: a position in the log that only rises. */
@Aggregate(cache = "inboxCache", snapshotTriggerDefinition = "snapshotTrigger", lockFactory = "aggregateLock")
@Revision("1")
@JsonAutoDetect(
        fieldVisibility = Visibility.ANY,
        getterVisibility = Visibility.NONE,
        isGetterVisibility = Visibility.NONE)
@SuppressWarnings("NullAway.Init") // Axon makes it empty; its first event fills it
class Inbox {
    @AggregateIdentifier
    private String inboxId;

    private long readUpTo = -1;

    Inbox() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void handle(ReadInbox command) {
        if (command.upTo() > readUpTo) {
            apply(new InboxRead(command.user(), command.notificationId(), command.upTo(), command.at()));
        }
    }

    @EventSourcingHandler
    void on(InboxRead event) {
        inboxId = ReadInbox.inboxId(event.user());
        readUpTo = event.upTo();
    }
}
