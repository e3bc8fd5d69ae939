package io.ovation.conversation;

import java.util.Collection;
import java.util.List;
import java.util.Map;

import io.ovation.content.Reactions.Given;
import io.ovation.conversation.ConversationQuery.ConversationView;
import io.ovation.conversation.ConversationQuery.MessageView;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.DocumentType;
import io.ovation.documents.ReadModels;
import io.ovation.live.Frame;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static io.ovation.conversation.ConversationDocuments.CONVERSATIONS;
import static io.ovation.conversation.ConversationDocuments.MEMBERS;
import static io.ovation.conversation.ConversationDocuments.MESSAGES;
import static io.ovation.conversation.ConversationDocuments.RECEIPTS;
import static io.ovation.conversation.ConversationDocuments.memberId;
import static io.ovation.conversation.ConversationDocuments.userOf;

/**
 * One conversation as it stands in the lists of several users: what they all see of it is read once. Thread-safe: it
 * holds nothing that changes.
 */
final class Summaries {
    private final ReadModels readModels;
    private final DocumentStore documents;
    private final UnreadCounts unread;

    Summaries(ReadModels readModels, DocumentStore documents) {
        this.readModels = readModels;
        this.documents = documents;
        this.unread = new UnreadCounts(documents);
    }

    /** A user and what their list says of a conversation. */
    record Summarised(String user, Frame.Summary summary) {}

    /** As an entry of the list has it. */
    static Frame.Summary of(ConversationView view) {
        return new Frame.Summary(
                view.conversationId(), view.title(), view.lastSeq(), view.lastMessage(), view.unread());
    }

    /** How a conversation stands in each of the users' lists; in no order. */
    Flux<Summarised> of(String conversationId, Collection<String> users) {
        List<String> ids =
                users.stream().map(user -> memberId(conversationId, user)).toList();
        return documents
                .find(CONVERSATIONS, conversationId, "title", "active", "lastSeq")
                // all that it shows is then in the other documents too
                .delayUntil(conversation -> readModels.whole(conversation.getLong("active")))
                .flatMapMany(conversation -> Mono.zipDelayError(
                                lastMessage(conversationId, conversation.getLong("lastSeq")),
                                byUser(MEMBERS, ids, "sent", "own"),
                                byUser(RECEIPTS, ids, "read"))
                        .flatMapMany(found -> Flux.fromIterable(users)
                                .concatMap(user -> summary(
                                        conversation,
                                        user,
                                        found.getT1().get(conversationId),
                                        found.getT2().get(user),
                                        found.getT3().get(user)))));
    }

    private Mono<Map<String, Document>> lastMessage(String conversationId, long lastSeq) {
        return MESSAGES.each(documents, lastSeq == 0 ? Map.of() : Map.of(conversationId, lastSeq));
    }

    private Mono<Map<String, Document>> byUser(
            DocumentType type, List<String> ids, String... fields) {
        return documents.find(type, ids, fields).collectMap(document -> userOf(document.getString("_id")));
    }

    private Mono<Summarised> summary(
            Document conversation,
            String user,
            @Nullable Document lastMessage,
            @Nullable Document member,
            @Nullable Document receipt) {
        String id = conversation.getString("_id");
        long lastSeq = conversation.getLong("lastSeq");
        Long read = receipt == null ? null : receipt.getLong("read");
        // reactions are not told with it: a message that was just sent has none, and history shows them
        MessageView last = lastMessage == null ? null : MessageDocuments.view(lastMessage, Given.NONE);
        return unread.count(id, user, lastSeq, read == null ? 0 : read, member)
                .map(count -> new Summarised(
                        user, new Frame.Summary(id, conversation.getString("title"), lastSeq, last, count)));
    }
}
