package io.ovation.conversation;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.ovation.content.Reactions;
import io.ovation.content.Reactions.Given;
import io.ovation.content.Target;
import io.ovation.conversation.ConversationQuery.FindHistory;
import io.ovation.conversation.ConversationQuery.HistoryPage;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.Interest;
import io.ovation.documents.ReadModels;
import io.ovation.sequence.Buckets;
import io.ovation.sequence.Range;
import org.axonframework.queryhandling.QueryHandler;
import org.bson.Document;
import reactor.core.publisher.Mono;

import static io.ovation.conversation.ConversationDocuments.MESSAGES;

/** Pages of messages. */
final class HistoryQueries {
    private final ReadModels readModels;
    private final DocumentStore documents;
    private final ConversationAccess access;
    private final Reactions reactions;

    HistoryQueries(
            ReadModels readModels, DocumentStore documents, ConversationAccess access, Reactions reactions) {
        this.readModels = readModels;
        this.documents = documents;
        this.access = access;
        this.reactions = reactions;
    }

    @QueryHandler
    CompletableFuture<HistoryPage> handle(FindHistory query) {
        return readModels.answer(
                Interest.of(query.by().user(), query.conversationId()),
                () -> access.readable(query.conversationId(), query.by())
                .flatMap(conversation -> page(query, conversation.lastSeq())));
    }

    private Mono<HistoryPage> page(FindHistory query, long lastSeq) {
        Range range = Range.of(query.after(), query.before(), query.limit(), lastSeq);
        return MESSAGES.page(documents, query.conversationId(), range, lastSeq, message -> message)
                .flatMap(page -> history(page, query));
    }

    private Mono<HistoryPage> history(Buckets.Page<Document> page, FindHistory query) {
        List<Target.OfMessage> targets = page.entries().stream()
                .map(message -> target(query.conversationId(), message))
                .toList();
        return reactions
                .of(targets, query.by().user())
                .map(given -> new HistoryPage(
                        page.entries().stream()
                                .map(message -> MessageDocuments.view(
                                        message,
                                        given.getOrDefault(
                                                target(query.conversationId(), message).key(), Given.NONE)))
                                .toList(),
                        page.lastSeq()));
    }

    private static Target.OfMessage target(String conversationId, Document message) {
        return new Target.OfMessage(conversationId, message.getString("id"));
    }
}
