package io.ovation.conversation;

import java.time.Instant;

import io.ovation.NameBasedId;
import org.axonframework.serialization.Revision;

/**
 * How far a member has got a conversation. These records are the log: a change of shape is a new revision, an upcaster
 * and an approved file. What they say only rises: a message was delivered with the first event at or above its seq, and
 * read with the first {@link ConversationRead}.
 */
public sealed interface ReceiptEvent {
    String conversationId();

    String user();

    /** The id of the receipt of a member of a conversation. */
    static String receiptId(String conversationId, String user) {
        return NameBasedId.reserved("receipt", conversationId, user);
    }

    /** All messages up to a seq have arrived. */
    @Revision("1")
    record DeliveryAcknowledged(String conversationId, String user, long delivered, Instant at)
            implements ReceiptEvent {}

    /** All messages up to a seq were read, and so have arrived. */
    @Revision("1")
    record ConversationRead(String conversationId, String user, long read, Instant at) implements ReceiptEvent {}
}
