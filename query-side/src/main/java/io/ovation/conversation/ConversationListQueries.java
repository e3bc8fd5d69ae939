package io.ovation.conversation;

import java.util.Comparator;
import java.util.HashMap;
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
import static io.ovation.conversation.ConversationDocuments.MESSAGES;
import static io.ovation.conversation.ConversationDocuments.RECEIPTS;
import static io.ovation.conversation.ConversationDocuments.ROSTERS;
import static io.ovation.conversation.ConversationDocuments.memberId;
import static io.ovation.conversation.ConversationDocuments.membershipIds;

/**
 * A user's conversations. The order is found when it is asked for, from the position at which each was last active: to
 * keep it for each member would cost as many writes a message as there are members.
 */
final class ConversationListQueries {
    private final ReadModels readModels;
    private final DocumentStore documents;
    private final UnreadCounts unread;

    ConversationListQueries(ReadModels readModels, DocumentStore documents) {
        this.readModels = readModels;
        this.documents = documents;
        this.unread = new UnreadCounts(documents);
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
                .sort(Comparator.comparing((Document conversation) -> conversation.getLong("active"))
                        .reversed())
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
        List<String> own = ids.stream().map(id -> memberId(id, user)).toList();
        return Mono.zipDelayError(
                        byId(CONVERSATIONS, ids, "kind", "title", "active", "lastSeq"), byId(ROSTERS, ids, "members"))
                // all that the conversations show is then in the other documents too
                .delayUntil(found -> readModels.whole(lastActive(found.getT1())))
                .flatMap(found -> Mono.zipDelayError(
                                byId(MEMBERS, own, "sent", "own"),
                                byId(RECEIPTS, own, "read"),
                                MESSAGES.each(documents, lastSeqs(found.getT1())))
                        .flatMapMany(mine -> Flux.fromIterable(ids)
                                .concatMap(id -> view(
                                        id,
                                        user,
                                        Objects.requireNonNull(found.getT1().get(id), id),
                                        found.getT2().get(id),
                                        mine.getT3().get(id),
                                        mine.getT1().get(memberId(id, user)),
                                        mine.getT2().get(memberId(id, user)))))
                        .collectList());
    }

    private static Map<String, Long> lastSeqs(Map<String, Document> conversations) {
        Map<String, Long> seqs = new HashMap<>();
        conversations.forEach((id, conversation) -> {
            if (conversation.getLong("lastSeq") > 0) {
                seqs.put(id, conversation.getLong("lastSeq"));
            }
        });
        return seqs;
    }

    private static long lastActive(Map<String, Document> conversations) {
        return conversations.values().stream()
                .mapToLong(conversation -> conversation.getLong("active"))
                .max()
                .orElse(Long.MIN_VALUE);
    }

    private Mono<Map<String, Document>> byId(DocumentType type, List<String> ids, String... fields) {
        return documents.find(type, ids, fields).collectMap(document -> document.getString("_id"));
    }

    private Mono<ConversationView> view(
            String id,
            String user,
            Document conversation,
            @Nullable Document roster,
            @Nullable Document lastMessage,
            @Nullable Document member,
            @Nullable Document receipt) {
        long lastSeq = conversation.getLong("lastSeq");
        Long read = receipt == null ? null : receipt.getLong("read");
        return unread.count(id, user, lastSeq, read == null ? 0 : read, member)
                .map(count -> new ConversationView(
                        id,
                        Kind.valueOf(conversation.getString("kind")),
                        conversation.getString("title"),
                        roster == null ? null : roster.getList("members", String.class),
                        lastMessage == null ? null : MessageDocuments.view(lastMessage),
                        lastSeq,
                        count));
    }
}
