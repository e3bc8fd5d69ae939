package io.ovation.conversation;

import java.util.Comparator;
import java.util.List;

import io.ovation.documents.DocumentStore;
import io.ovation.live.Frame;
import io.ovation.live.Topic;
import io.ovation.live.Update;
import org.bson.Document;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static io.ovation.conversation.ConversationDocuments.LIST_CHANGES;
import static io.ovation.conversation.ConversationDocuments.MEMBERSHIPS;
import static io.ovation.conversation.ConversationDocuments.membershipIds;
import static io.ovation.conversation.Memberships.archiveId;

/**
 * What has happened to users' lists of conversations, as it is read: what is told live and what was missed are both
 * from here, and so the same. Thread-safe: it holds nothing.
 */
final class ListChanges {
    private static final Comparator<Document> BY_POSITION = Comparator.comparing(change -> change.getLong("at"));

    private final DocumentStore documents;

    ListChanges(DocumentStore documents) {
        this.documents = documents;
    }

    /** All above a position, in order. */
    Flux<Update> since(String user, long position) {
        return documents
                .find(MEMBERSHIPS, membershipIds(user), "changes", "archived", "archivedUpTo")
                .collectList()
                .flatMapMany(memberships -> inOrder(memberships.stream()
                        .map(membership -> changes(membership, position))
                        .toList()))
                .map(change -> new Update(Topic.conversations(user), change.getLong("at"), frame(change)));
    }

    @SuppressWarnings("unchecked") // an array of a generic type
    private static Flux<Document> inOrder(List<Flux<Document>> each) {
        return Flux.mergeComparing(Memberships.PAGE, BY_POSITION, each.toArray(Flux[]::new));
    }

    private static Frame frame(Document change) {
        String conversationId = change.getString("id");
        ListChange what = ListChange.valueOf(change.getString("change"));
        return what == ListChange.left
                ? new Frame.Unlisted(conversationId)
                : new Frame.Listed(conversationId, what);
    }

    private Flux<Document> changes(Document membership, long position) {
        Flux<Document> latest = Flux.fromIterable(membership.getList("changes", Document.class, List.of()));
        Long archivedUpTo = membership.getLong("archivedUpTo");
        Flux<Document> all = archivedUpTo == null || archivedUpTo <= position
                ? latest
                : archived(membership.getString("_id"), membership.getLong("archived"), position)
                        .concatWith(latest);
        return all.filter(change -> change.getLong("at") > position);
    }

    private Flux<Document> archived(String id, long pages, long position) {
        return firstPage(id, position, 0, pages)
                .flatMapMany(first -> Flux.range(0, (int) (pages - first))
                        .concatMap(i -> page(id, first + i), 1)
                        .concatMapIterable(page -> page));
    }

    /** The first page, from {@code low} up to {@code high}, that has anything above a position. */
    private Mono<Long> firstPage(String id, long position, long low, long high) {
        if (low == high) {
            return Mono.just(low);
        }
        long middle = (low + high) / 2;
        return page(id, middle)
                .flatMap(page -> page.getLast().getLong("at") <= position
                        ? firstPage(id, position, middle + 1, high)
                        : firstPage(id, position, low, middle));
    }

    private Mono<List<Document>> page(String id, long number) {
        return documents
                .find(LIST_CHANGES, archiveId(id, number), "changes")
                .map(page -> page.getList("changes", Document.class));
    }
}
