package io.ovation.conversation;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import io.ovation.conversation.ConversationQuery.ConversationPage;
import io.ovation.conversation.ConversationQuery.ConversationView;
import io.ovation.conversation.ConversationQuery.FindConversations;
import io.ovation.conversation.ConversationRejection.ConversationNotFound;
import io.ovation.mongo.DocumentStore;
import io.ovation.mongo.DocumentType;
import io.ovation.mongo.ReadModels;
import org.axonframework.queryhandling.QueryHandler;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static io.ovation.conversation.ConversationDocuments.CONVERSATIONS;
import static io.ovation.conversation.ConversationDocuments.MEMBERS;
import static io.ovation.conversation.ConversationDocuments.MEMBERSHIPS;
import static io.ovation.conversation.ConversationDocuments.ROSTERS;
import static io.ovation.conversation.ConversationDocuments.memberId;
import static io.ovation.conversation.ConversationDocuments.membershipIds;

/**
 * A user's conversations. The order is found when it is asked for, from the position at which each was last active: to keep it for each
 * member would cost as many writes a message as there are members.
 */
final class ConversationListQueries {
    private final ReadModels readModels;
    private final DocumentStore documents;

    ConversationListQueries(ReadModels readModels, DocumentStore documents) {
        this.readModels = readModels;
        this.documents = documents;
    }

    @QueryHandler
    CompletableFuture<ConversationPage> handle(FindConversations query) {
        String user = query.by().user();
        return readModels.answer(() -> conversationIds(user)
                .flatMap(this::lastActiveFirst)
                .map(ids -> page(ids, query))
                .flatMap(ids -> views(ids, user))
                .map(ConversationPage::new));
    }

    private Mono<List<String>> conversationIds(String user) {
        return documents
                .find(MEMBERSHIPS, membershipIds(user), "conversations")
                .flatMapIterable(membership -> membership.getList("conversations", String.class))
                .collectList();
    }

    private Mono<List<String>> lastActiveFirst(List<String> ids) {
        return documents
                .find(CONVERSATIONS, ids, "active")
                .sort(Comparator.comparing((Document conversation) -> conversation.getLong("active")).reversed())
                .map(conversation -> conversation.getString("_id"))
                .collectList();
    }

    private static List<String> page(List<String> ids, FindConversations query) {
        int from = 0;
        String before = query.before();
        if (before != null) {
            from = ids.indexOf(before) + 1;
            if (from == 0) {
                throw new ConversationNotFound();
            }
        }
        return ids.subList(from, Math.min(ids.size(), from + query.limit()));
    }

    private Mono<List<ConversationView>> views(List<String> ids, String user) {
        return Mono.zipDelayError(
                        byId(CONVERSATIONS, ids, "kind", "title", "lastSeq", "lastMessage"),
                        byId(ROSTERS, ids, "members"),
                        byId(MEMBERS, ids.stream().map(id -> memberId(id, user)).toList(), "sent"))
                .flatMapMany(found -> Flux.fromIterable(ids)
                        .map(id -> view(id, found.getT1(), found.getT2().get(id), found.getT3().get(memberId(id, user)))))
                .collectList();
    }

    private Mono<Map<String, Document>> byId(DocumentType type, List<String> ids, String... fields) {
        return documents.find(type, ids, fields).collectMap(document -> document.getString("_id"));
    }

    private static ConversationView view(
            String id, Map<String, Document> conversations, @Nullable Document roster, @Nullable Document member) {
        Document conversation = Objects.requireNonNull(conversations.get(id), id);
        Document lastMessage = conversation.get("lastMessage", Document.class);
        long lastSeq = conversation.getLong("lastSeq");
        Long sent = member == null ? null : member.getLong("sent");
        return new ConversationView(
                id,
                Kind.valueOf(conversation.getString("kind")),
                conversation.getString("title"),
                roster == null ? null : roster.getList("members", String.class),
                lastMessage == null ? null : MessageDocuments.view(lastMessage),
                lastSeq,
                // Nobody has read anything yet, so all of the others' messages. One's own just being written may be counted before the
                // conversation has it.
                Math.max(0, lastSeq - (sent == null ? 0 : sent)));
    }
}
