package io.ovation.conversation;

import java.time.Instant;

import io.ovation.Caller;
import org.axonframework.commandhandling.RoutingKey;

/** What can be asked of receipts. */
public sealed interface ReceiptCommand {
    /**
     * Says how far the caller has got and read a conversation. Marks only rise, and count as the last seq where they
     * are beyond it. Many within a short time are recorded as one: the answer, which is nothing, comes when what covers
     * them is durable. Rejects with {@code ConversationNotFound} or {@code NotAMember}.
     *
     * @param delivered the highest seq that has arrived; 0 says nothing
     * @param read the highest seq that was read, which has then arrived too; 0 says nothing
     * @param awaited whether somebody waits for the answer; otherwise it comes at once, and whether it was recorded is
     *     not told
     */
    record Acknowledge(
            @RoutingKey String conversationId, long delivered, long read, Caller by, Instant at, boolean awaited)
            implements ReceiptCommand {}
}
