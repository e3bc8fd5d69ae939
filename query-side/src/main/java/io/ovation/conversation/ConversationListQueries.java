package io.ovation.conversation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import io.ovation.content.Reactions;
import io.ovation.content.Reactions.Given;
import io.ovation.content.Target;
import io.ovation.conversation.ConversationQuery.ConversationPage;
import io.ovation.conversation.ConversationQuery.ConversationView;
import io.ovation.conversation.ConversationQuery.FindConversations;
import io.ovation.conversation.ConversationQuery.MessageView;
import io.ovation.conversation.ConversationRejection.ConversationNotFound;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.DocumentType;
import io.ovation.documents.Interest;
import io.ovation.documents.ReadModels;
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
import static io.ovation.conversation.ConversationDocuments.SHOWN_MEMBERS;
import static io.ovation.conversation.ConversationDocuments.memberId;
import static io.ovation.conversation.ConversationDocuments.membershipIds;

/**
 * A user's conversations. The order is found when it is asked for, from the position at which each was last active: to
 * keep it for each member would cost as many writes a message as there are members.
 */
final class ConversationListQueries {
    private final ReadModels readModels;
    private final ReadModels own;
    private final DocumentStore documents;
    private final Reactions reactions;
    private final UnreadCounts unread;

    /**
     * @param readModels of all that an answer shows
     * @param own of the conversations alone
     */
    ConversationListQueries(ReadModels readModels, ReadModels own, DocumentStore documents, Reactions reactions) {
        this.readModels = readModels;
        this.own = own;
        this.documents = documents;
        this.reactions = reactions;
        this.unread = new UnreadCounts(documents);
    }

    @QueryHandler
    CompletableFuture<ConversationPage> handle(FindConversations query) {
        String user = query.by().user();
        return readModels.answer(Interest.of(user), () -> conversationIds(user)
                .flatMap(this::lastActiveFirst)
                .zipWhen(all -> bound(all, query))
                .map(found -> below(found.getT1(), found.getT2()))
                .flatMap(rest -> page(rest, query.limit(), user)));
    }

    /** Where a conversation stands in the list: the position at which it was last active. */
    private record Place(String id, long active) {}

    /** Those of a user's conversations that were last active, the latest first. */
    Mono<List<ConversationView>> lastActive(String user, int most) {
        return conversationIds(user)
                .flatMap(this::lastActiveFirst)
                .flatMap(all -> page(all, most, user))
                .map(ConversationPage::conversations);
    }

    Mono<List<String>> conversationIds(String user) {
        return documents
                .find(MEMBERSHIPS, membershipIds(user), "conversations")
                .flatMapIterable(membership -> membership.getList("conversations", String.class))
                .collectList();
    }

    private Mono<List<Place>> lastActiveFirst(List<String> ids) {
        return documents
                .find(CONVERSATIONS, ids, "active")
                .map(conversation -> new Place(conversation.getString("_id"), conversation.getLong("active")))
                .sort(Comparator.comparing(Place::active).reversed())
                .collectList();
    }

    /** Below which place the page begins. */
    private Mono<Long> bound(List<Place> all, FindConversations query) {
        String before = query.before();
        if (before == null) {
            return Mono.just(query.below() == null ? Long.MAX_VALUE : query.below());
        }
        return all.stream()
                .filter(place -> place.id().equals(before))
                .findFirst()
                .map(place -> Mono.just(place.active()))
                .orElseGet(() -> whereTheyWere(before, query.by().user()));
    }

    /** The place of a conversation that the user was in and has left; there is a document of who was ever in it. */
    private Mono<Long> whereTheyWere(String id, String user) {
        return documents
                .find(MEMBERS, memberId(id, user), "role")
                .flatMap(member -> documents.find(CONVERSATIONS, id, "active"))
                .map(conversation -> conversation.getLong("active"))
                .switchIfEmpty(Mono.error(ConversationNotFound::new));
    }

    private static List<Place> below(List<Place> all, long bound) {
        return all.stream().filter(place -> place.active() < bound).toList();
    }

    private Mono<ConversationPage> page(List<Place> rest, int limit, String user) {
        List<Place> asked = rest.subList(0, Math.min(rest.size(), limit));
        return views(asked.stream().map(Place::id).toList(), user).map(views -> {
            List<ConversationView> shown = AnswerSize.fitting(views, AnswerSize.MOST);
            Long next = shown.size() < rest.size() ? rest.get(shown.size() - 1).active() : null;
            return new ConversationPage(shown, next);
        });
    }

    /** What is shown of the members; of a roster that was written before that stood for itself, all of them. */
    private Mono<Map<String, Document>> rosters(List<String> ids) {
        return byId(ROSTERS, ids, "first", "count").flatMap(found -> {
            List<String> older = found.entrySet().stream()
                    .filter(each -> each.getValue().getLong("count") == null)
                    .map(Map.Entry::getKey)
                    .toList();
            return older.isEmpty()
                    ? Mono.just(found)
                    : byId(ROSTERS, older, "members").map(whole -> {
                        Map<String, Document> all = new HashMap<>(found);
                        all.putAll(whole);
                        return all;
                    });
        });
    }

    private static List<String> shown(@Nullable Document roster) {
        if (roster == null) {
            return List.of();
        }
        List<String> first = roster.getList("first", String.class);
        return first == null
                ? roster.getList("members", String.class, List.of()).stream()
                        .limit(SHOWN_MEMBERS)
                        .toList()
                : first;
    }

    private static long count(@Nullable Document roster) {
        if (roster == null) {
            return 0;
        }
        Long count = roster.getLong("count");
        return count == null ? roster.getList("members", String.class, List.of()).size() : count;
    }

    private Mono<List<ConversationView>> views(List<String> ids, String user) {
        List<String> members = ids.stream().map(id -> memberId(id, user)).toList();
        return Mono.zipDelayError(
                        byId(CONVERSATIONS, ids, "kind", "title", "active", "lastSeq"), rosters(ids))
                // All that the conversations show is then in the other documents of their projection, too. The
                // reactions are another projection's: while that one stands still, the lists are read all the same.
                .delayUntil(found -> own.whole(lastActive(found.getT1())))
                .flatMap(found -> Mono.zipDelayError(
                                byId(MEMBERS, members, "sent", "own"),
                                byId(RECEIPTS, members, "read"),
                                MESSAGES.each(documents, lastSeqs(found.getT1())))
                        .zipWhen(mine -> messages(mine.getT3(), user))
                        .flatMapMany(mine -> Flux.fromIterable(ids)
                                .concatMap(id -> view(
                                        id,
                                        user,
                                        Objects.requireNonNull(found.getT1().get(id), id),
                                        found.getT2().get(id),
                                        mine.getT2().get(id),
                                        mine.getT1().getT1().get(memberId(id, user)),
                                        mine.getT1().getT2().get(memberId(id, user)))))
                        .collectList());
    }

    /** The last messages, by conversation, with the reactions to them. */
    private Mono<Map<String, MessageView>> messages(Map<String, Document> last, String user) {
        List<Target> targets = new ArrayList<>();
        last.forEach((id, message) -> targets.add(target(id, message)));
        return reactions.of(targets, user).map(given -> {
            Map<String, MessageView> views = new HashMap<>();
            last.forEach((id, message) -> views.put(
                    id,
                    MessageDocuments.view(
                            message, given.getOrDefault(target(id, message).key(), Given.NONE))));
            return views;
        });
    }

    private static Target target(String conversationId, Document message) {
        return new Target.OfMessage(conversationId, message.getString("id"));
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
            @Nullable MessageView lastMessage,
            @Nullable Document member,
            @Nullable Document receipt) {
        Kind kind = Kind.valueOf(conversation.getString("kind"));
        long lastSeq = conversation.getLong("lastSeq");
        Long read = receipt == null ? null : receipt.getLong("read");
        return unread.count(id, user, lastSeq, read == null ? 0 : read, member)
                .map(count -> new ConversationView(
                        id,
                        kind,
                        conversation.getString("title"),
                        kind == Kind.channel ? null : shown(roster),
                        count(roster),
                        lastMessage,
                        lastSeq,
                        count));
    }
}
