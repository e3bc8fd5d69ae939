package io.ovation.conversation;

import java.util.ArrayList;
import java.util.List;

import io.ovation.documents.DocumentStore;
import io.ovation.documents.DocumentType;
import io.ovation.documents.Draft;
import org.bson.Document;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What has changed, in the order of the log, as a part of a document: the latest in its field {@code changes}, the
 * older ones in an archive that never changes. So a document stays small, and what was since any position is found
 * without a scan. Immutable.
 *
 * @param archive the type of the documents of the archive, each of {@value #PAGE} changes
 */
record NotedChanges(DocumentType archive) {
    /** Changes in a document of the archive; a document that is in use has fewer than twice as many. */
    static final int PAGE = 32;

    /**
     * Notes a change while events are folded into a document.
     *
     * @param change with the position of its event in the field {@code at}
     */
    void add(Draft draft, String id, Document change) {
        List<?> before = draft.state("changes", List.class);
        List<Object> changes = before == null ? new ArrayList<>() : new ArrayList<>(before);
        changes.add(change);
        if (changes.size() == 2 * PAGE) {
            List<Object> oldest = changes.subList(0, PAGE);
            Long pages = draft.state("archived", Long.class);
            long number = pages == null ? 0 : pages;
            draft.keep(archive, pageId(id, number), new Document("changes", List.copyOf(oldest)));
            draft.set("archived", number + 1).set("archivedUpTo", ((Document) oldest.getLast()).getLong("at"));
            oldest.clear();
        }
        draft.set("changes", changes);
    }

    /** The changes of a document above a position, in order. */
    Flux<Document> since(DocumentStore documents, Document of, long position) {
        Flux<Document> latest = Flux.fromIterable(of.getList("changes", Document.class, List.of()));
        Long archivedUpTo = of.getLong("archivedUpTo");
        Flux<Document> all = archivedUpTo == null || archivedUpTo <= position
                ? latest
                : archived(documents, of.getString("_id"), of.getLong("archived"), position)
                        .concatWith(latest);
        return all.filter(change -> change.getLong("at") > position);
    }

    private Flux<Document> archived(DocumentStore documents, String id, long pages, long position) {
        return firstPage(documents, id, position, 0, pages)
                .flatMapMany(first -> Flux.range(0, (int) (pages - first))
                        .concatMap(i -> page(documents, id, first + i), 1)
                        .concatMapIterable(page -> page));
    }

    /** The first page, from {@code low} up to {@code high}, that has anything above a position. */
    private Mono<Long> firstPage(DocumentStore documents, String id, long position, long low, long high) {
        if (low == high) {
            return Mono.just(low);
        }
        long middle = (low + high) / 2;
        return page(documents, id, middle)
                .flatMap(page -> page.getLast().getLong("at") <= position
                        ? firstPage(documents, id, position, middle + 1, high)
                        : firstPage(documents, id, position, low, middle));
    }

    private Mono<List<Document>> page(DocumentStore documents, String id, long number) {
        return documents
                .find(archive, pageId(id, number), "changes")
                .map(page -> page.getList("changes", Document.class));
    }

    /** The number first, for anything may stand in an id. */
    private static String pageId(String id, long number) {
        return number + "/" + id;
    }
}
