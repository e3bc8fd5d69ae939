package io.ovation.conversation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.ovation.documents.DocumentStore;
import io.ovation.live.Frame;
import io.ovation.live.Topic;
import io.ovation.live.Update;
import org.bson.Document;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static io.ovation.conversation.ConversationDocuments.LIST_CHANGES;
import static io.ovation.conversation.ConversationDocuments.MEMBERSHIPS;
import static io.ovation.conversation.ConversationDocuments.TITLES;
import static io.ovation.conversation.ConversationDocuments.TITLE_CHANGES;
import static io.ovation.conversation.ConversationDocuments.membershipIds;

/**
 * What has happened to users' lists of conversations, as it is read: what is told live and what was missed are both
 * from here, and so the same. A title is noted once, whatever a conversation has members: whose lists it concerned
 * follows from when they came and went. Thread-safe: it holds nothing.
 */
final class ListChanges {
    private static final Comparator<Document> BY_POSITION = Comparator.comparing(change -> change.getLong("at"));

    private final DocumentStore documents;

    ListChanges(DocumentStore documents) {
        this.documents = documents;
    }

    /**
     * All above a position, in order.
     *
     * @param upTo where the documents are at least before this reads them. What is above is left out: the documents are
     *     read one after the other, so some of it would be told, and what came before it passed over when it is told
     *     later
     */
    Flux<Update> since(String user, long position, long upTo) {
        return documents
                .find(MEMBERSHIPS, membershipIds(user), "conversations", "changes", "archived", "archivedUpTo")
                .collectList()
                .flatMapMany(memberships -> comingsAndGoings(memberships, position)
                        .flatMapMany(changes -> renamings(Stays.of(memberships, changes), position)
                                .concatWith(Flux.fromIterable(changes))
                                .filter(change -> change.getLong("at") <= upTo)
                                .sort(BY_POSITION)))
                .map(change -> new Update(Topic.conversations(user), change.getLong("at"), frame(change)));
    }

    private static Frame frame(Document change) {
        String conversationId = change.getString("id");
        ListChange what = ListChange.valueOf(change.getString("change"));
        return what == ListChange.left ? new Frame.Unlisted(conversationId) : new Frame.Listed(conversationId, what);
    }

    private Mono<List<Document>> comingsAndGoings(List<Document> memberships, long position) {
        return Flux.fromIterable(memberships)
                .concatMap(membership -> LIST_CHANGES.since(documents, membership, position))
                .collectList();
    }

    private Flux<Document> renamings(Stays stays, long position) {
        return documents
                .find(TITLES, stays.conversations(), "changes", "archived", "archivedUpTo")
                .concatMap(titles -> TITLE_CHANGES
                        .since(documents, titles, position)
                        .filter(renaming -> stays.isMember(titles.getString("_id"), renaming.getLong("at")))
                        .map(renaming -> new Document("at", renaming.getLong("at"))
                                .append("id", titles.getString("_id"))
                                .append("change", ListChange.renamed.name())));
    }

    /**
     * When a user was in which conversation, above a position.
     *
     * @param current those that they are in now
     * @param changes their comings and goings, by conversation, in order
     */
    private record Stays(Set<String> current, Map<String, List<Document>> changes) {
        static Stays of(List<Document> memberships, List<Document> all) {
            Set<String> current = new HashSet<>();
            memberships.forEach(each -> current.addAll(each.getList("conversations", String.class, List.of())));
            Map<String, List<Document>> changes = new HashMap<>();
            all.forEach(change -> changes.computeIfAbsent(change.getString("id"), id -> new ArrayList<>())
                    .add(change));
            return new Stays(current, changes);
        }

        Set<String> conversations() {
            Set<String> all = new LinkedHashSet<>(current);
            all.addAll(changes.keySet());
            return all;
        }

        /** Between two changes they are what the one made them, and before the first the opposite of it. */
        boolean isMember(String conversationId, long position) {
            List<Document> own = changes.getOrDefault(conversationId, List.of());
            if (own.isEmpty()) {
                return current.contains(conversationId);
            }
            boolean member = hasLeft(own.getFirst());
            for (Document change : own) {
                if (change.getLong("at") > position) {
                    break;
                }
                member = !hasLeft(change);
            }
            return member;
        }

        private static boolean hasLeft(Document change) {
            return change.getString("change").equals(ListChange.left.name());
        }
    }
}
