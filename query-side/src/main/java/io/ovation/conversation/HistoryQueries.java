package io.ovation.conversation;

import java.util.concurrent.CompletableFuture;

import io.ovation.conversation.ConversationQuery.FindHistory;
import io.ovation.conversation.ConversationQuery.HistoryPage;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.ReadModels;
import io.ovation.sequence.Range;
import org.axonframework.queryhandling.QueryHandler;
import reactor.core.publisher.Mono;

import static io.ovation.conversation.ConversationDocuments.MESSAGES;

/** Pages of messages. */
final class HistoryQueries {
    private final ReadModels readModels;
    private final DocumentStore documents;
    private final ConversationAccess access;

    HistoryQueries(ReadModels readModels, DocumentStore documents, ConversationAccess access) {
        this.readModels = readModels;
        this.documents = documents;
        this.access = access;
    }

    @QueryHandler
    CompletableFuture<HistoryPage> handle(FindHistory query) {
        return readModels.answer(() -> access.readable(query.conversationId(), query.by())
                .flatMap(conversation -> page(query, conversation.lastSeq())));
    }

    private Mono<HistoryPage> page(FindHistory query, long lastSeq) {
        Range range = Range.of(query.after(), query.before(), query.limit(), lastSeq);
        return MESSAGES.page(documents, query.conversationId(), range, lastSeq, MessageDocuments::view)
                .map(page -> new HistoryPage(page.entries(), page.lastSeq()));
    }
}
