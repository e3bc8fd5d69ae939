package io.ovation.inbox;

import java.util.List;
import java.util.Map;

import io.ovation.documents.DocumentStore;
import io.ovation.inbox.InboxRejection.NotificationNotFound;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static io.ovation.inbox.InboxDocuments.ARCHIVE;
import static io.ovation.inbox.InboxDocuments.INBOXES;
import static io.ovation.inbox.InboxDocuments.PAGE;
import static io.ovation.inbox.InboxDocuments.PLACES;
import static io.ovation.inbox.InboxDocuments.archiveId;
import static io.ovation.inbox.NotificationDocuments.firstPosition;
import static io.ovation.inbox.NotificationDocuments.position;

/**
 * The inboxes as they are read. The archive never changes, so an inbox and as much of the archive as it says there is
 * are one state, however long reading takes. A place in it is found by halving: no reading costs more the longer it is.
 */
final class Inboxes {
    /**
     * How many pages of the archive are looked at for what is not read: of those before, all count that were not read
     * when they came there, whoever may see them.
     */
    private static final long MOST_PAGES = 64;

    private static final String[] FIELDS = {
        "entries",
        "readUpTo",
        "readFirst",
        "archived",
        "archivedUpTo",
        "unreadPage",
        "lastTold",
        DocumentStore.POSITION
    };

    private final DocumentStore documents;
    private final Sight sight;

    Inboxes(DocumentStore documents, Sight sight) {
        this.documents = documents;
        this.sight = sight;
    }

    /** Whether a notification is read, as far as the inbox says it. */
    static boolean hasRead(Document entry, long readUpTo, long readFirst) {
        return position(entry) <= readUpTo
                || firstPosition(entry) <= readFirst
                || entry.getBoolean("read", false);
    }

    /**
     * An inbox.
     *
     * @param entries the latest notifications, oldest first
     * @param readUpTo the position up to which all are read; -1 where none is
     * @param readFirst the position up to which all that began by then are read; -1 where none is
     * @param archived how many older ones there are
     * @param archivedUpTo the position of the last of those; -1 where there is none
     * @param unreadPage the first page of those that was not read when it came there; -1 where there is none
     * @param lastTold the position of the last that was told and is here no more; -1 where there is none
     */
    record Inbox(
            String user,
            List<Document> entries,
            long readUpTo,
            long readFirst,
            long archived,
            long archivedUpTo,
            long unreadPage,
            long lastTold) {
        static Inbox of(String user, Map<String, Object> fields) {
            List<Document> entries = fields.get("entries") instanceof List<?> list
                    ? list.stream().map(Document.class::cast).toList()
                    : List.of();
            return new Inbox(
                    user,
                    entries,
                    number(fields, "readUpTo", -1),
                    number(fields, "readFirst", -1),
                    number(fields, "archived", 0),
                    number(fields, "archivedUpTo", -1),
                    number(fields, "unreadPage", -1),
                    number(fields, "lastTold", -1));
        }

        private static long number(Map<String, Object> fields, String field, long otherwise) {
            return fields.get(field) instanceof Long number ? number : otherwise;
        }

        /** The position of the latest notification that there is or was; -1 where there was none. */
        long last() {
            return Math.max(lastTold, entries.isEmpty() ? archivedUpTo : position(entries.getLast()));
        }

        private long pages() {
            return archived / PAGE;
        }

        boolean hasRead(Document entry) {
            return Inboxes.hasRead(entry, readUpTo, readFirst);
        }

        /** Up to here all are read, whenever they began. */
        private long allRead() {
            return Math.max(readUpTo, readFirst);
        }
    }

    /**
     * A user's inbox and the position of the last event that it took; an empty one of position -1 where nothing has
     * ever concerned them.
     */
    Mono<Map.Entry<Inbox, Long>> positioned(String user) {
        return documents
                .find(INBOXES, user, FIELDS)
                .map(found -> Map.entry(Inbox.of(user, found), found.getLong(DocumentStore.POSITION)))
                .defaultIfEmpty(Map.entry(Inbox.of(user, Map.of()), -1L));
    }

    Mono<Inbox> inbox(String user) {
        return positioned(user).map(Map.Entry::getKey);
    }

    /** How many are not read. */
    Mono<Long> unread(Inbox inbox) {
        Mono<Long> among = sight.unread(inbox, Flux.fromIterable(inbox.entries()));
        return inbox.unreadPage() < 0 || inbox.allRead() >= inbox.archivedUpTo()
                ? among
                : among.zipWith(archivedUnread(inbox), Long::sum);
    }

    private Mono<Long> archivedUnread(Inbox inbox) {
        return firstAbove(inbox.user(), inbox.allRead(), inbox.unreadPage(), inbox.pages())
                .flatMap(first -> {
                    long looked = Math.max(first, inbox.archived() - MOST_PAGES * PAGE);
                    return sight.unread(inbox, pages(inbox.user(), looked / PAGE, inbox.pages()))
                            .map(unread -> unread + looked - first);
                });
    }

    /** Those that may be seen, of any of its notifications. */
    Flux<Sight.Seen> seen(Inbox inbox, Flux<Document> entries) {
        return sight.of(inbox, entries);
    }

    /** All above a position, oldest first. */
    Flux<Document> since(Inbox inbox, long position) {
        Flux<Document> latest = Flux.fromIterable(inbox.entries());
        Flux<Document> all = position >= inbox.archivedUpTo()
                ? latest
                : firstAbove(inbox.user(), position, 0, inbox.pages())
                        .flatMapMany(first -> pages(inbox.user(), first / PAGE, inbox.pages()))
                        .concatWith(latest);
        return all.filter(entry -> position(entry) > position);
    }

    /**
     * Newest first: all, or those that are older than one; fails with {@link NotificationNotFound} where that is none
     * of the inbox.
     */
    Flux<Document> newestFirst(Inbox inbox, @Nullable String before) {
        if (before == null) {
            return older(inbox, inbox.entries().size(), inbox.archived());
        }
        int index = indexOf(inbox, before);
        return index >= 0
                ? older(inbox, index, inbox.archived())
                : place(inbox.user(), before).flatMapMany(place -> older(inbox, 0, place.getLong("number")));
    }

    /**
     * The position of the first event that a notification tells of; fails with {@link NotificationNotFound} where it is
     * none of the inbox.
     */
    Mono<Long> firstOf(Inbox inbox, String notificationId) {
        int index = indexOf(inbox, notificationId);
        return index >= 0
                ? Mono.just(firstPosition(inbox.entries().get(index)))
                : place(inbox.user(), notificationId).map(place -> {
                    Long first = place.getLong("first");
                    return first == null ? place.getLong("at") : first;
                });
    }

    /** The latest that tells of nothing after a position; empty where there is none. */
    Mono<Document> latest(Inbox inbox, long upTo) {
        for (Document entry : inbox.entries().reversed()) {
            if (position(entry) <= upTo) {
                return Mono.just(entry);
            }
        }
        return firstAbove(inbox.user(), upTo, 0, inbox.pages())
                .filter(first -> first > 0)
                .flatMapMany(first -> older(inbox, 0, first))
                .next();
    }

    private static int indexOf(Inbox inbox, String notificationId) {
        for (int i = 0; i < inbox.entries().size(); i++) {
            if (inbox.entries().get(i).getString("id").equals(notificationId)) {
                return i;
            }
        }
        return -1;
    }

    private Mono<Document> place(String user, String notificationId) {
        return documents
                .find(PLACES, notificationId, "user", "at", "first", "number")
                .filter(place -> place.getString("user").equals(user))
                .switchIfEmpty(Mono.error(NotificationNotFound::new));
    }

    /** The entries below an index, and then of the archive those below a number. */
    private Flux<Document> older(Inbox inbox, int index, long number) {
        long pages = (number + PAGE - 1) / PAGE;
        Flux<Document> archive = Flux.range(0, (int) pages)
                .concatMap(
                        i -> page(inbox.user(), pages - 1 - i)
                                .map(page -> i == 0 ? page.subList(0, (int) (number - (pages - 1) * PAGE)) : page),
                        1)
                .concatMapIterable(List::reversed);
        return Flux.concat(Flux.fromIterable(inbox.entries().subList(0, index).reversed()), archive);
    }

    private Flux<Document> pages(String user, long first, long end) {
        return Flux.range(0, (int) (end - first))
                .concatMap(i -> page(user, first + i), 1)
                .concatMapIterable(page -> page);
    }

    private Mono<List<Document>> page(String user, long page) {
        return documents
                .find(ARCHIVE, archiveId(user, page), "entries")
                .map(found -> found.getList("entries", Document.class));
    }

    /**
     * The number of the first in the archive above a position, of which it is known that it is in a page from
     * {@code low} up to {@code high}, or the first after these.
     */
    private Mono<Long> firstAbove(String user, long position, long low, long high) {
        if (low == high) {
            return Mono.just(low * PAGE);
        }
        long middle = (low + high) / 2;
        return page(user, middle).flatMap(page -> {
            if (position(page.getLast()) <= position) {
                return firstAbove(user, position, middle + 1, high);
            }
            if (position(page.getFirst()) > position) {
                return firstAbove(user, position, low, middle);
            }
            return Mono.just(middle * PAGE
                    + page.stream().filter(entry -> position(entry) <= position).count());
        });
    }
}
