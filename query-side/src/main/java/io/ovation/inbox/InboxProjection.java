package io.ovation.inbox;

import java.util.ArrayList;
import java.util.List;

import io.ovation.documents.Changes;
import io.ovation.documents.Draft;
import io.ovation.inbox.InboxEvent.InboxRead;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

import static io.ovation.inbox.InboxDocuments.ARCHIVE;
import static io.ovation.inbox.InboxDocuments.INBOXES;
import static io.ovation.inbox.InboxDocuments.MOST_UNREAD;
import static io.ovation.inbox.InboxDocuments.PAGE;
import static io.ovation.inbox.InboxDocuments.PLACES;
import static io.ovation.inbox.InboxDocuments.archiveId;
import static io.ovation.inbox.NotificationDocuments.position;

/** Keeps the documents of the inboxes. Any number of events of a batch that concern one user are one write. */
@ProcessingGroup("history")
final class InboxProjection {
    private final List<Notices> sorts;

    /** @param sorts what people are told of */
    InboxProjection(List<Notices> sorts) {
        this.sorts = sorts;
    }

    /**
     * One handler for all, since anything may concern somebody. A second one for {@link InboxEvent} would never be
     * called: Axon prefers a handler of a class, which {@code Object} is, to one of an interface.
     */
    @EventHandler
    void on(EventMessage<?> event, TrackingToken token, UnitOfWork<?> batch) {
        long position = token.position().orElseThrow();
        if (event.getPayload() instanceof InboxEvent of) {
            change(of, position, Changes.of(batch));
        } else {
            sorts.stream().flatMap(sort -> sort.of(event.getPayload())).forEach(notice -> Changes.of(batch)
                    .add(INBOXES, notice.user(), position, inbox -> new Step(inbox, notice.user())
                            .take(notice, position)));
        }
    }

    private static void change(InboxEvent event, long position, Changes changes) {
        switch (event) {
            case InboxRead read ->
                changes.add(INBOXES, read.user(), position, inbox -> new Step(inbox, read.user()).read(read.upTo()));
        }
    }

    /** What an event does to the inbox of a user. */
    private record Step(Draft inbox, String user) {
        void take(Notice notice, long position) {
            List<Document> entries = entries();
            Document unread = takeUnread(entries, notice);
            entries.add(
                    unread == null
                            ? NotificationDocuments.first(notice, position)
                            : NotificationDocuments.more(unread, notice, position));
            archive(entries);
        }

        void read(long upTo) {
            if (upTo > readUpTo()) {
                inbox.set("readUpTo", upTo);
                archive(entries());
            }
        }

        /** Takes the one that is not read and is about the same out of the entries. */
        private @Nullable Document takeUnread(List<Document> entries, Notice notice) {
            long read = readUpTo();
            for (int i = entries.size() - 1; i >= 0 && position(entries.get(i)) > read; i--) {
                if (NotificationDocuments.isOf(entries.get(i), notice)) {
                    return entries.remove(i);
                }
            }
            return null;
        }

        /**
         * Keeps of the entries what there is room for: first those that are read go, whole pages of them, then the
         * oldest of the others.
         */
        private void archive(List<Document> entries) {
            int from = 0;
            while (entries.size() - from >= PAGE && isFull(entries, from)) {
                keep(entries.subList(from, from + PAGE));
                from += PAGE;
            }
            inbox.set("entries", List.copyOf(entries.subList(from, entries.size())));
        }

        private boolean isFull(List<Document> entries, int from) {
            return position(entries.get(from + PAGE - 1)) <= readUpTo() || entries.size() - from >= MOST_UNREAD + PAGE;
        }

        private void keep(List<Document> page) {
            long number = number("archived", 0);
            inbox.keep(ARCHIVE, archiveId(user, number / PAGE), new Document("entries", List.copyOf(page)));
            for (int i = 0; i < PAGE; i++) {
                Document entry = page.get(i);
                inbox.keep(
                        PLACES,
                        entry.getString("id"),
                        new Document("user", user).append("at", position(entry)).append("number", number + i));
            }
            inbox.set("archived", number + PAGE).set("archivedUpTo", position(page.getLast()));
        }

        private List<Document> entries() {
            List<?> before = inbox.state("entries", List.class);
            List<Document> entries = new ArrayList<>();
            if (before != null) {
                before.forEach(entry -> entries.add((Document) entry));
            }
            return entries;
        }

        private long readUpTo() {
            return number("readUpTo", -1);
        }

        private long number(String field, long otherwise) {
            Long number = inbox.state(field, Long.class);
            return number == null ? otherwise : number;
        }
    }
}
