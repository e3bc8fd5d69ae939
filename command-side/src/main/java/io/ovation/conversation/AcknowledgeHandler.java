package io.ovation.conversation;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.ovation.conversation.ConversationCommand.CheckStanding;
import io.ovation.conversation.ConversationCommand.Standing;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.conversation.ReceiptCommand.Acknowledge;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;

/**
 * Takes acknowledgements. The conversation, which knows its members and its last seq, is asked once for all that was
 * folded; its lock is not held while the receipt is written.
 */
final class AcknowledgeHandler {
    private final CommandGateway commands;
    private final ReceiptWindows windows;

    /** @param endOfWindow runs what it is given after the length of a window */
    AcknowledgeHandler(CommandGateway commands, Executor endOfWindow) {
        this.commands = commands;
        this.windows = new ReceiptWindows(this::record, endOfWindow);
    }

    ReceiptWindows windows() {
        return windows;
    }

    @CommandHandler
    @Nullable
    CompletableFuture<@Nullable Void> handle(Acknowledge command) {
        CompletableFuture<@Nullable Void> durable = windows.acknowledge(command);
        return command.awaited() ? durable : null;
    }

    private CompletableFuture<?> record(Acknowledge command) {
        return commands.<Standing>send(new CheckStanding(command.conversationId(), command.by(), command.at(), false))
                .thenCompose(standing -> record(command, standing));
    }

    private CompletableFuture<?> record(Acknowledge command, Standing standing) {
        if (!standing.member()) {
            throw new NotAMember();
        }
        String user = command.by().user();
        long read = Math.min(command.read(), standing.lastSeq());
        long delivered = Math.max(read, Math.min(command.delivered(), standing.lastSeq()));
        return delivered == 0
                ? CompletableFuture.completedFuture(null)
                : commands.send(new RecordReceipt(
                        ReceiptEvent.receiptId(command.conversationId(), user),
                        command.conversationId(),
                        user,
                        delivered,
                        read,
                        command.at()));
    }
}
