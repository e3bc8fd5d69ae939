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

/**
 * How far a user has read their inbox: two positions in the log that only rise, one of the last event that a
 * notification tells of and one of its first.
 */
@Aggregate(cache = "inboxCache", snapshotTriggerDefinition = "snapshotTrigger", lockFactory = "aggregateLock")
@Revision("2")
@JsonAutoDetect(
        fieldVisibility = Visibility.ANY,
        getterVisibility = Visibility.NONE,
        isGetterVisibility = Visibility.NONE)
@SuppressWarnings("NullAway.Init") // Axon makes it empty; its first event fills it
class Inbox {
    @AggregateIdentifier
    private String inboxId;

    private long readUpTo = -1;
    private long readFirst = -1;

    Inbox() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void handle(ReadInbox command) {
        if (command.upTo() > readUpTo || command.first() != null && command.first() > readFirst) {
            apply(new InboxRead(
                    command.user(), command.notificationId(), command.upTo(), command.first(), command.at()));
        }
    }

    @EventSourcingHandler
    void on(InboxRead event) {
        inboxId = ReadInbox.inboxId(event.user());
        readUpTo = Math.max(readUpTo, event.upTo());
        readFirst = event.first() == null ? readFirst : Math.max(readFirst, event.first());
    }
}
