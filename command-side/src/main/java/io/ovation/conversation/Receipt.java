package io.ovation.conversation;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import io.ovation.conversation.ReceiptEvent.ConversationRead;
import io.ovation.conversation.ReceiptEvent.DeliveryAcknowledged;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.serialization.Revision;
import org.axonframework.spring.stereotype.Aggregate;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

/** How far one member has got and read one conversation: two marks that only rise. */
@Aggregate(cache = "receiptCache", snapshotTriggerDefinition = "snapshotTrigger", lockFactory = "aggregateLock")
@Revision("1")
@JsonAutoDetect(
        fieldVisibility = Visibility.ANY,
        getterVisibility = Visibility.NONE,
        isGetterVisibility = Visibility.NONE)
@SuppressWarnings("NullAway.Init") // Axon makes it empty; its first event fills it
class Receipt {
    @AggregateIdentifier
    private String receiptId;

    private long delivered;
    private long read;

    Receipt() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void handle(RecordReceipt command) {
        if (command.read() > read) {
            apply(new ConversationRead(command.conversationId(), command.user(), command.read(), command.at()));
        }
        if (command.delivered() > delivered) {
            apply(new DeliveryAcknowledged(
                    command.conversationId(), command.user(), command.delivered(), command.at()));
        }
    }

    @EventSourcingHandler
    void on(ConversationRead event) {
        receiptId = ReceiptEvent.receiptId(event.conversationId(), event.user());
        read = event.read();
        delivered = Math.max(delivered, event.read());
    }

    @EventSourcingHandler
    void on(DeliveryAcknowledged event) {
        receiptId = ReceiptEvent.receiptId(event.conversationId(), event.user());
        delivered = event.delivered();
    }
}
