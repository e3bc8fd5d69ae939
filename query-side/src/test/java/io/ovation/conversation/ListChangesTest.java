package io.ovation.conversation;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import io.ovation.content.Reactions;
import io.ovation.documents.Batch;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.DocumentType;
import io.ovation.documents.Home;
import io.ovation.documents.ReadModels;
import io.ovation.live.Topic;
import io.ovation.live.Update;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;

/** What has happened to a list, while the documents that say so go on. */
class ListChangesTest {
    private static final String TALK = "talk";
    private static final String OTHER = "other";

    /** Writes a batch between any two reads. */
    private static final class MovingStore implements DocumentStore {
        private final Map<DocumentType, Map<String, Document>> documents = new HashMap<>();
        private Runnable next = () -> {};

        void put(DocumentType type, Document document) {
            documents.computeIfAbsent(type, any -> new HashMap<>()).put(document.getString("_id"), document);
        }

        @Override
        public Flux<Document> find(DocumentType type, Collection<String> ids, String... fields) {
            return Flux.defer(() -> {
                List<Document> found = documents.getOrDefault(type, Map.of()).entrySet().stream()
                        .filter(entry -> ids.contains(entry.getKey()))
                        .map(Map.Entry::getValue)
                        .toList();
                next.run();
                return Flux.fromIterable(found);
            });
        }

        @Override
        public Mono<Void> write(Batch batch) {
            throw new UnsupportedOperationException();
        }
    }

    private static Document change(String id, long at, ListChange what) {
        return new Document("at", at).append("id", id).append("change", what.name());
    }

    private static Document membership(String id, Document... changes) {
        return new Document("_id", ConversationDocuments.membershipId("bob", id))
                .append("conversations", List.of(id))
                .append("changes", List.of(changes));
    }

    private static Document titles(Long... at) {
        return new Document("_id", TALK)
                .append("changes", List.of(at).stream().map(each -> new Document("at", each)).toList());
    }

    @Test
    void whatComesWhileItIsReadIsNotToldBeforeWhatCameEarlier() {
        MovingStore store = new MovingStore();
        store.put(ConversationDocuments.MEMBERSHIPS, membership(TALK, change(TALK, 0, ListChange.joined)));
        store.put(ConversationDocuments.TITLES, titles(1L));
        // after the memberships were read, another conversation begins at 2, and the one has another title at 3
        store.next = () -> {
            store.put(ConversationDocuments.MEMBERSHIPS, membership(OTHER, change(OTHER, 2, ListChange.joined)));
            store.put(ConversationDocuments.TITLES, titles(1L, 3L));
        };
        ListChanges changes = new ListChanges(store);

        assertThat(positions(changes, -1, 1)).containsExactly(0L, 1L);
        assertThat(positions(changes, 1, 3)).as("what is told next").containsExactly(2L, 3L);
    }

    @Test
    void whatComesWhileOnesConversationsAreLoadedIsReadThoughTheDocumentsAreBehindIt() {
        MovingStore store = new MovingStore();
        store.put(ConversationDocuments.MEMBERSHIPS, membership(TALK, change(TALK, 0, ListChange.joined)));
        AtomicLong head = new AtomicLong();
        ListWatchers watchers = new ListWatchers(user -> true);
        ReadModels readModels =
                Home.readModels(head::get, () -> store.put(ConversationDocuments.TITLES, titles(1L)));
        store.next = () -> {
            if (head.compareAndSet(0, 1)) {
                assertThat(watchers.of(TALK)).as("whom the new title is told to").isEmpty();
            }
        };
        Reactions reactions = new Reactions(store, (id, sequence) -> 0, Schedulers.immediate());
        WatchedLists lists = new WatchedLists(
                readModels,
                new ConversationListQueries(readModels, readModels, store, reactions),
                new ListChanges(store),
                watchers);

        assertThat(lists.missed(Topic.conversations("bob"), -1)
                        .map(Update::sequence)
                        .collectList()
                        .block())
                .containsExactly(0L, 1L);
    }

    private static List<Long> positions(ListChanges changes, long above, long upTo) {
        return changes.since("bob", above, upTo)
                .map(Update::sequence)
                .collectList()
                .blockOptional()
                .orElseThrow();
    }
}
