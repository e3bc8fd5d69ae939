package io.ovation.conversation;

import java.util.concurrent.CompletableFuture;

import io.ovation.conversation.ConversationQuery.FindReceipts;
import io.ovation.conversation.ConversationQuery.ReceiptPage;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.Interest;
import io.ovation.documents.ReadModels;
import org.axonframework.queryhandling.QueryHandler;

/** How far the members of a conversation have got. */
final class ReceiptQueries {
    private final ReadModels readModels;
    private final ConversationAccess access;
    private final Receipts receipts;

    ReceiptQueries(ReadModels readModels, DocumentStore documents, ConversationAccess access) {
        this.readModels = readModels;
        this.access = access;
        this.receipts = new Receipts(documents);
    }

    @QueryHandler
    CompletableFuture<ReceiptPage> handle(FindReceipts query) {
        return readModels.answer(
                Interest.of(query.by().user(), query.conversationId()),
                () -> access.readable(query.conversationId(), query.by())
                        .flatMap(conversation -> receipts.page(query.conversationId(), query.after(), query.limit())));
    }
}
