package io.ovation.inbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.ovation.content.ContentEvent.ContentRetracted;
import io.ovation.content.ReactionEvent.LikeWithdrawn;
import io.ovation.conversation.ConversationEvent.MemberAdded;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.conversation.ReceiptEvent.ConversationRead;
import io.ovation.documents.Changes;
import io.ovation.documents.Draft;
import io.ovation.inbox.InboxEvent.InboxRead;
import io.ovation.people.BlockEvent.UserBlocked;
import io.ovation.people.BlockEvent.UserUnblocked;
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
import static io.ovation.inbox.NotificationDocuments.firstPosition;
import static io.ovation.inbox.NotificationDocuments.position;

/** Keeps the documents of the inboxes. Any number of events of a batch that concern one user are one write. */
@ProcessingGroup(InboxDocuments.PROJECTION)
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
        Changes changes = Changes.of(batch);
        switch (event.getPayload()) {
            case InboxEvent of -> change(of, position, changes);
            case UserBlocked blocked ->
                step(blocked.user(), position, changes, step -> step.block(blocked.blocked()));
            case UserUnblocked unblocked ->
                step(unblocked.user(), position, changes, step -> step.unblock(unblocked.blocked()));
            case ConversationRead read ->
                step(read.user(), position, changes, step -> step.readMessages(read.conversationId(), read.read()));
            case LikeWithdrawn withdrawn ->
                step(
                        withdrawn.targetAuthor(),
                        position,
                        changes,
                        step -> step.withdraw(withdrawn.target().key(), withdrawn.user()));
            // what its owner may see changes: the inbox is told anew
            case MemberAdded added -> step(added.user(), position, changes, step -> step.touch(position));
            case MemberRemoved removed -> step(removed.user(), position, changes, step -> step.touch(position));
            case ContentRetracted retracted ->
                Stream.of(retracted.by(), Objects.requireNonNullElse(retracted.author(), retracted.by()))
                        .distinct()
                        .forEach(user -> step(user, position, changes, step -> step.touch(position)));
            default -> sorts.stream()
                    .flatMap(sort -> sort.of(event.getPayload()))
                    .forEach(notice -> step(notice.user(), position, changes, step -> step.take(notice, position)));
        }
    }

    private static void change(InboxEvent event, long position, Changes changes) {
        switch (event) {
            case InboxRead read -> step(read.user(), position, changes, step -> step.read(read.upTo(), read.first()));
        }
    }

    private static void step(String user, long position, Changes changes, Consumer<Step> does) {
        changes.add(INBOXES, user, position, inbox -> does.accept(new Step(inbox, user)));
    }

    /** What an event does to the inbox of a user. */
    private record Step(Draft inbox, String user) {
        /** Whoever is blocked tells its owner of nothing, also once they are not any more. */
        void take(Notice notice, long position) {
            if (blocked().contains(notice.actor())) {
                return;
            }
            List<Document> entries = entries();
            int unread = findUnread(entries, entry -> NotificationDocuments.isOf(entry, notice));
            entries.add(
                    unread < 0
                            ? NotificationDocuments.first(notice, position)
                            : NotificationDocuments.more(entries.remove(unread), notice, position));
            archive(entries);
        }

        void block(String user) {
            List<String> blocked = new ArrayList<>(blocked());
            blocked.add(user);
            inbox.set("blocked", List.copyOf(blocked));
        }

        void unblock(String user) {
            inbox.set(
                    "blocked",
                    blocked().stream().filter(each -> !each.equals(user)).toList());
        }

        void read(long upTo, @Nullable Long first) {
            boolean rises = upTo > readUpTo();
            if (rises) {
                inbox.set("readUpTo", upTo);
            }
            if (first != null && first > readFirst()) {
                inbox.set("readFirst", first);
                rises = true;
            }
            if (rises) {
                archive(entries());
            }
        }

        void withdraw(String target, String user) {
            List<Document> entries = entries();
            int liked = findUnread(
                    entries, entry -> NotificationDocuments.isOf(entry, NotificationKind.like, target));
            if (liked < 0) {
                return;
            }
            Document before = entries.get(liked);
            Document after = NotificationDocuments.without(before, user);
            if (after == null) {
                entries.remove(liked);
                // whoever was told of it goes on from there
                inbox.set("lastTold", Math.max(number("lastTold", -1), position(before)));
            } else {
                entries.set(liked, after);
            }
            if (after != before) {
                inbox.set("entries", List.copyOf(entries));
            }
        }

        void readMessages(String conversationId, long seq) {
            List<Document> entries = entries();
            boolean changes = false;
            for (int i = 0; i < entries.size(); i++) {
                Document before = entries.get(i);
                if (!hasRead(before)
                        && conversationId.equals(
                                before.get("target", Document.class).getString("conversationId"))) {
                    Document after = NotificationDocuments.readUpTo(before, seq);
                    changes |= !after.equals(before);
                    entries.set(i, after);
                }
            }
            if (changes) {
                archive(entries);
            }
        }

        /** Nothing for an inbox that is not there. */
        void touch(long position) {
            if (!inbox.isNew()) {
                inbox.set("touched", position);
            }
        }

        /** The last that is not read and is such; below 0 for none. */
        private int findUnread(List<Document> entries, Predicate<Document> such) {
            for (int i = entries.size() - 1; i >= 0; i--) {
                if (such.test(entries.get(i)) && !hasRead(entries.get(i))) {
                    return i;
                }
            }
            return -1;
        }

        private boolean hasRead(Document entry) {
            return Inboxes.hasRead(entry, readUpTo(), readFirst());
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
            return entries.size() - from >= MOST_UNREAD + PAGE
                    || entries.subList(from, from + PAGE).stream().allMatch(this::hasRead);
        }

        private void keep(List<Document> page) {
            long number = number("archived", 0);
            boolean isFirstUnread = Math.max(readUpTo(), readFirst()) >= number("archivedUpTo", -1)
                    || number("unreadPage", -1) < 0;
            if (isFirstUnread && !page.stream().allMatch(this::hasRead)) {
                inbox.set("unreadPage", number / PAGE);
            }
            inbox.keep(ARCHIVE, archiveId(user, number / PAGE), new Document("entries", List.copyOf(page)));
            for (int i = 0; i < PAGE; i++) {
                Document entry = page.get(i);
                inbox.keep(
                        PLACES,
                        entry.getString("id"),
                        new Document("user", user)
                                .append("at", position(entry))
                                .append("first", firstPosition(entry))
                                .append("number", number + i));
            }
            inbox.set("archived", number + PAGE).set("archivedUpTo", position(page.getLast()));
        }

        private List<String> blocked() {
            return inbox.state("blocked", List.class) instanceof List<?> users
                    ? users.stream().map(String.class::cast).toList()
                    : List.of();
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

        private long readFirst() {
            return number("readFirst", -1);
        }

        private long number(String field, long otherwise) {
            Long number = inbox.state(field, Long.class);
            return number == null ? otherwise : number;
        }
    }
}
