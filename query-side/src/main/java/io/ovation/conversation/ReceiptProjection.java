package io.ovation.conversation;

import java.util.ArrayList;
import java.util.List;

import io.ovation.conversation.ReceiptEvent.ConversationRead;
import io.ovation.conversation.ReceiptEvent.DeliveryAcknowledged;
import io.ovation.documents.Changes;
import io.ovation.documents.Draft;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.unitofwork.UnitOfWork;

import static io.ovation.conversation.ConversationDocuments.MOST_READERS;
import static io.ovation.conversation.ConversationDocuments.READERS;
import static io.ovation.conversation.ConversationDocuments.RECEIPTS;
import static io.ovation.conversation.ConversationDocuments.memberId;

/** Keeps the documents of the receipts: a small one for each member, and for each conversation who has one. */
@ProcessingGroup(ConversationDocuments.PROJECTION)
final class ReceiptProjection {
    @EventHandler
    void on(ReceiptEvent event, TrackingToken token, UnitOfWork<?> batch) {
        Changes changes = Changes.of(batch);
        long position = token.position().orElseThrow();
        changes.add(
                RECEIPTS, memberId(event.conversationId(), event.user()), position, receipt -> marked(receipt, event));
        changes.add(READERS, event.conversationId(), position, readers -> listed(readers, event.user()));
    }

    private static void marked(Draft receipt, ReceiptEvent event) {
        switch (event) {
            case DeliveryAcknowledged acknowledged -> raise(receipt, "delivered", acknowledged.delivered());
            case ConversationRead read -> {
                raise(receipt, "delivered", read.read());
                raise(receipt, "read", read.read());
            }
        }
    }

    private static void raise(Draft receipt, String field, long seq) {
        Long before = receipt.state(field, Long.class);
        if (before == null || before < seq) {
            receipt.set(field, seq);
        }
    }

    private static void listed(Draft readers, String user) {
        List<?> before = readers.state("users", List.class);
        List<?> users = before == null ? List.of() : before;
        if (users.size() < MOST_READERS && !users.contains(user)) {
            List<Object> after = new ArrayList<>(users.size() + 1);
            after.addAll(users);
            after.add(user);
            readers.set("users", after);
        }
    }
}
