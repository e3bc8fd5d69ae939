package io.ovation.conversation;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

import io.ovation.conversation.ConversationQuery.ReceiptPage;
import io.ovation.conversation.ConversationQuery.ReceiptView;
import io.ovation.documents.DocumentStore;
import io.ovation.live.Frame;
import io.ovation.live.Topic;
import io.ovation.live.Update;
import io.ovation.live.Watch.Watchable;
import io.ovation.page.UserPage;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static io.ovation.conversation.ConversationDocuments.CONVERSATIONS;
import static io.ovation.conversation.ConversationDocuments.READERS;
import static io.ovation.conversation.ConversationDocuments.RECEIPTS;
import static io.ovation.conversation.ConversationDocuments.ROSTERS;
import static io.ovation.conversation.ConversationDocuments.memberId;
import static io.ovation.conversation.ConversationDocuments.userOf;

/** The receipts of a conversation, as they are read. */
final class Receipts {
    private final DocumentStore documents;

    Receipts(DocumentStore documents) {
        this.documents = documents;
    }

    /** The current state frames: of those who have acknowledged anything, the latest. */
    Mono<List<Update>> states(String conversationId) {
        return readers(conversationId)
                .flatMapMany(users -> receipts(conversationId, users))
                .map(receipt -> new Update(
                        Topic.conversation(conversationId),
                        receipt.getLong(DocumentStore.POSITION),
                        frame(receipt.getString("_id"), receipt)))
                .collectList()
                .map(Receipts::latest);
    }

    private static List<Update> latest(List<Update> states) {
        return states.size() <= Watchable.MOST_STATES
                ? states
                : states.stream()
                        .sorted(Comparator.comparingLong(Update::sequence))
                        .skip(states.size() - Watchable.MOST_STATES)
                        .toList();
    }

    /** In the order of users: of every member, but of a channel of those who have acknowledged anything. */
    Mono<ReceiptPage> page(String conversationId, @Nullable String after, int limit) {
        return documents
                .find(CONVERSATIONS, conversationId, "kind")
                .flatMap(conversation -> conversation.getString("kind").equals(Kind.channel.name())
                        ? readers(conversationId)
                        : members(conversationId))
                .map(users -> UserPage.of(users, user -> user, after, limit))
                .flatMap(page -> receipts(conversationId, page.shown())
                        .collectMap(receipt -> userOf(receipt.getString("_id")))
                        .map(found -> new ReceiptPage(
                                page.shown().stream()
                                        .map(user -> view(user, found.get(user)))
                                        .toList(),
                                page.next())))
                .defaultIfEmpty(new ReceiptPage(List.of(), null));
    }

    /** The frame of a receipt's document. */
    static Frame.Receipt frame(String id, Map<String, Object> receipt) {
        return new Frame.Receipt(
                ConversationDocuments.conversationOf(id),
                userOf(id),
                mark(receipt, "delivered"),
                mark(receipt, "read"));
    }

    private static ReceiptView view(String user, @Nullable Document receipt) {
        return receipt == null
                ? new ReceiptView(user, 0, 0)
                : new ReceiptView(user, mark(receipt, "delivered"), mark(receipt, "read"));
    }

    private static long mark(Map<String, Object> receipt, String field) {
        return receipt.get(field) instanceof Long seq ? seq : 0;
    }

    private Mono<List<String>> members(String conversationId) {
        return documents
                .find(ROSTERS, conversationId, "members")
                .map(roster -> roster.getList("members", String.class));
    }

    private Mono<List<String>> readers(String conversationId) {
        return documents.find(READERS, conversationId, "users").map(readers -> readers.getList("users", String.class));
    }

    private Flux<Document> receipts(String conversationId, List<String> users) {
        return documents.find(
                RECEIPTS,
                users.stream().map(user -> memberId(conversationId, user)).toList(),
                "delivered",
                "read",
                DocumentStore.POSITION);
    }
}
