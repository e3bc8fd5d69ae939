package io.ovation.conversation;

import java.time.Instant;

import org.axonframework.commandhandling.RoutingKey;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/**
 * Records how far a member has got: what {@link ReceiptWindows} has folded, checked and cut to the last seq.
 *
 * @param delivered the highest seq that has arrived, at least 1 and at least {@code read}
 */
record RecordReceipt(
        @TargetAggregateIdentifier @RoutingKey String receiptId,
        String conversationId,
        String user,
        long delivered,
        long read,
        Instant at) {}
