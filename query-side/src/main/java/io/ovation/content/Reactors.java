package io.ovation.content;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.ovation.ValidationFailed;
import io.ovation.content.ContentQuery.FindReactions;
import io.ovation.content.ContentQuery.ReactionPage;
import io.ovation.content.ReactionEvent.Liked;
import io.ovation.documents.Changes;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.Draft;
import org.bson.Document;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static io.ovation.content.ContentDocuments.COUNTERS;
import static io.ovation.content.ContentDocuments.REACTIONS;
import static io.ovation.content.ContentDocuments.REACTORS;
import static io.ovation.content.ContentDocuments.REACTOR_PAGES;
import static io.ovation.content.ContentDocuments.reactionId;
import static io.ovation.content.ContentDocuments.reactorsId;

/**
 * Who gave a reaction, in the order in which they first did. A user keeps that place for ever, so that who pages on
 * from there misses nobody, however often people change their minds. The latest are in the document itself, the others
 * in pages that never change; whether a reaction stands is asked of its own document. Thread-safe.
 */
final class Reactors {
    static final int PAGE = 64;

    private final DocumentStore documents;

    Reactors(DocumentStore documents) {
        this.documents = documents;
    }

    /** Who gave it at a position: their place, unless it is not the first time. */
    private record Entry(String user, long at) {
        static Entry of(Document document) {
            return new Entry(document.getString("user"), document.getLong("at"));
        }
    }

    private record Given(List<Document> entries, long pages) {
        static Given of(Document document) {
            Long archived = document.getLong("archived");
            return new Given(document.getList("entries", Document.class), (archived == null ? 0 : archived) / PAGE);
        }
    }

    /** Has an event change them. One that takes a reaction back changes none: its user keeps the place. */
    static void add(Changes changes, long position, ReactionEvent event) {
        if (event instanceof Liked liked) {
            String id = reactorsId(liked.target(), liked.kind());
            changes.add(REACTORS, id, position, reactors -> add(reactors, id, liked.user(), position));
        }
    }

    private static void add(Draft reactors, String id, String user, long position) {
        List<?> before = reactors.state("entries", List.class);
        List<Document> entries = new ArrayList<>();
        if (before != null) {
            before.forEach(entry -> entries.add((Document) entry));
        }
        if (entries.stream().anyMatch(entry -> user.equals(entry.getString("user")))) {
            return;
        }
        entries.add(new Document("user", user).append("at", position));
        if (entries.size() == 2 * PAGE) {
            Long archived = reactors.state("archived", Long.class);
            long number = archived == null ? 0 : archived;
            List<Document> page = List.copyOf(entries.subList(0, PAGE));
            reactors.keep(REACTOR_PAGES, pageId(id, number / PAGE), new Document("entries", page));
            reactors.set("archived", number + PAGE)
                    .set("archivedUpTo", page.getLast().getLong("at"));
            entries.subList(0, PAGE).clear();
        }
        reactors.set("entries", List.copyOf(entries));
    }

    /** A document of the pages; the number before the id. */
    private static String pageId(String id, long page) {
        return page + "/" + id;
    }

    /** A page of those whose reaction stands; reads little more than is asked for. */
    Mono<ReactionPage> page(FindReactions query) {
        return above(query)
                .flatMapMany(position -> isRedacted(query.target())
                        .flatMapMany(redacted -> redacted ? Flux.empty() : standing(query, position)))
                .take(query.limit() + 1L)
                .collectList()
                .map(users -> users.size() <= query.limit()
                        ? new ReactionPage(users, null)
                        : new ReactionPage(
                                List.copyOf(users.subList(0, query.limit())), users.get(query.limit() - 1)));
    }

    /** What is redacted has no reactions any more. */
    private Mono<Boolean> isRedacted(Target target) {
        return documents
                .find(COUNTERS, target.key(), "redacted")
                .map(counters -> counters.containsKey("redacted"))
                .defaultIfEmpty(false);
    }

    private Mono<Long> above(FindReactions query) {
        String after = query.after();
        return after == null
                ? Mono.just(-1L)
                : documents
                        .find(REACTIONS, reactionId(query.target(), query.kind(), after), "at")
                        .map(reaction -> reaction.getLong("at"))
                        .switchIfEmpty(
                                Mono.error(() -> new ValidationFailed("after", "names nobody who reacted like that")));
    }

    private Flux<String> standing(FindReactions query, long position) {
        String id = reactorsId(query.target(), query.kind());
        return documents
                .find(REACTORS, id, "entries", "archived")
                .map(Given::of)
                .flatMapMany(given -> firstPage(id, position, 0, given.pages())
                        .flatMapMany(first -> pages(id, first, given.pages()))
                        .concatWith(Mono.just(given.entries())))
                .map(page -> page.stream()
                        .map(Entry::of)
                        .filter(entry -> entry.at() > position)
                        .toList())
                .concatMap(page -> standing(query, page), 1);
    }

    private Flux<String> standing(FindReactions query, List<Entry> page) {
        List<String> ids = page.stream()
                .map(entry -> reactionId(query.target(), query.kind(), entry.user()))
                .toList();
        return documents
                .find(REACTIONS, ids, "given", "at")
                .filter(reaction -> reaction.getBoolean("given", false))
                .map(reaction -> new Entry(reaction.getString("_id"), reaction.getLong("at")))
                .collect(Collectors.toCollection(HashSet::new))
                .flatMapIterable((Set<Entry> standing) -> page.stream()
                        .filter(entry -> standing.contains(new Entry(
                                reactionId(query.target(), query.kind(), entry.user()), entry.at())))
                        .map(Entry::user)
                        .toList());
    }

    private Flux<List<Document>> pages(String id, long first, long end) {
        return Flux.range(0, (int) (end - first)).concatMap(i -> page(id, first + i), 1);
    }

    private Mono<List<Document>> page(String id, long page) {
        return documents
                .find(REACTOR_PAGES, pageId(id, page), "entries")
                .map(found -> found.getList("entries", Document.class));
    }

    /** The first page with anything above a position, found by halving. */
    private Mono<Long> firstPage(String id, long position, long low, long high) {
        if (low == high || position < 0) {
            return Mono.just(low);
        }
        long middle = (low + high) / 2;
        return page(id, middle)
                .flatMap(page -> page.getLast().getLong("at") <= position
                        ? firstPage(id, position, middle + 1, high)
                        : firstPage(id, position, low, middle));
    }
}
