package io.ovation.inbox;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.ovation.NameBasedId;
import io.ovation.inbox.InboxQuery.NotificationView;
import io.ovation.live.Frame;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * A notification as a part of a document, and back. Beside what is shown it has what its count is made of: of likes the
 * latest people who gave one that stands ({@code people}), of messages the latest seqs that are not read
 * ({@code seqs}), and how many there are besides ({@code others}). Stateless.
 */
final class NotificationDocuments {
    private static final int ACTORS = 10;

    /** So many people or seqs are known one by one; of those before only how many they are. */
    static final int KNOWN = 200;

    private NotificationDocuments() {}

    /** A notification that tells of one event, at a position in the log. */
    static Document first(Notice notice, long position) {
        Document first = new Document("id", NameBasedId.of("notification", notice.user(), Long.toString(position)))
                .append("kind", notice.kind().name())
                .append("subject", notice.subject())
                .append("actors", List.of(notice.actor()))
                .append("count", 1L)
                .append("target", target(notice.target()))
                .append("at", notice.at().toString())
                .append("position", position)
                .append("first", position);
        if (notice.kind() == NotificationKind.like) {
            first.append("people", List.of(notice.actor()));
        } else if (notice.target().messageId() != null) {
            first.append("seqs", List.of(Objects.requireNonNull(notice.target().seq())));
        }
        return first;
    }

    /** The same that tells of one more event; a new document, for the one before may be in use. */
    static Document more(Document before, Notice notice, long position) {
        Document after = new Document(before)
                .append("actors", latest(notice.actor(), before.getList("actors", String.class), ACTORS))
                .append("count", before.getLong("count") + 1)
                .append("target", target(notice.target()))
                .append("at", notice.at().toString())
                .append("position", position);
        if (before.containsKey("people")) {
            List<String> people = latest(notice.actor(), before.getList("people", String.class), KNOWN + 1);
            counted(after, "people", people.subList(0, Math.min(people.size(), KNOWN)), others(before)
                    + (people.size() > KNOWN ? 1 : 0));
        } else if (before.containsKey("seqs")) {
            List<Long> seqs = new ArrayList<>(before.getList("seqs", Long.class));
            seqs.add(Objects.requireNonNull(notice.target().seq()));
            int over = Math.max(0, seqs.size() - KNOWN);
            counted(after, "seqs", seqs.subList(over, seqs.size()), others(before) + over);
        }
        return after;
    }

    /** The same without a like that was withdrawn; null where nothing is left. */
    static @Nullable Document without(Document before, String user) {
        List<String> people = before.getList("people", String.class, List.of());
        Document after = new Document(before);
        if (people.contains(user)) {
            counted(
                    after,
                    "people",
                    people.stream().filter(person -> !person.equals(user)).toList(),
                    others(before));
        } else if (others(before) > 0) {
            // of those, too, most withdraw what they have given just now
            counted(after, "people", people, others(before) - 1);
        } else {
            return before;
        }
        List<String> actors = after.getList("people", String.class);
        return after.getLong("count") == 0
                ? null
                : after.append("actors", List.copyOf(actors.subList(0, Math.min(actors.size(), ACTORS))));
    }

    /** The same once the messages up to a seq are read; marked as read where these are all that it tells of. */
    static Document readUpTo(Document before, long seq) {
        Document after = new Document(before);
        if (isReadWith(before, seq)) {
            return after.append("read", true);
        }
        List<Long> seqs = before.getList("seqs", Long.class, List.of());
        List<Long> left = seqs.stream().filter(each -> each > seq).toList();
        if (left.size() < seqs.size()) {
            // what came before those that are read is read
            counted(after, "seqs", left, 0);
        }
        return after;
    }

    /** Whether it tells of messages alone that are read by whoever has read up to a seq. */
    static boolean isReadWith(Document notification, long seq) {
        Long last = notification.get("target", Document.class).getLong("seq");
        return isOfMessages(notification) && last != null && last <= seq;
    }

    /** Whether it tells of messages, and not of what somebody thinks of one. */
    private static boolean isOfMessages(Document notification) {
        return notification.get("target", Document.class).containsKey("messageId")
                && !notification.getString("kind").equals(NotificationKind.like.name());
    }

    static boolean isOf(Document notification, Notice notice) {
        return isOf(notification, notice.kind(), notice.subject());
    }

    static boolean isOf(Document notification, NotificationKind kind, String subject) {
        return notification.getString("kind").equals(kind.name())
                && notification.getString("subject").equals(subject);
    }

    /** The position of the last event that it tells of. */
    static long position(Document notification) {
        return notification.getLong("position");
    }

    /** The position of the first event that it tells of. */
    static long firstPosition(Document notification) {
        Long first = notification.getLong("first");
        return first == null ? position(notification) : first;
    }

    static NotificationView view(Sight.Seen seen) {
        Document notification = seen.entry();
        return new NotificationView(
                notification.getString("id"),
                NotificationKind.valueOf(notification.getString("kind")),
                notification.getList("actors", String.class),
                notification.getLong("count"),
                target(notification.get("target", Document.class)),
                Instant.parse(notification.getString("at")),
                seen.read(),
                position(notification));
    }

    static Frame.Notification frame(Sight.Seen seen) {
        NotificationView view = view(seen);
        return new Frame.Notification(
                view.notificationId(), view.kind(), view.actors(), view.count(), view.target(), view.at(), view.read());
    }

    private static long others(Document notification) {
        Long others = notification.getLong("others");
        return others == null ? 0 : others;
    }

    private static void counted(Document notification, String field, List<?> known, long others) {
        notification
                .append(field, List.copyOf(known))
                .append("others", others)
                .append("count", known.size() + others);
    }

    /** One, and then the others; each once, and at most so many. */
    private static List<String> latest(String one, List<String> before, int most) {
        List<String> after = new ArrayList<>(Math.min(before.size() + 1, most));
        after.add(one);
        before.stream().filter(each -> !each.equals(one)).limit(most - 1L).forEach(after::add);
        return List.copyOf(after);
    }

    private static Document target(NotificationTarget target) {
        Document document = new Document();
        document.put("conversationId", target.conversationId());
        document.put("messageId", target.messageId());
        document.put("seq", target.seq());
        document.put("contentId", target.contentId());
        document.put("commentId", target.commentId());
        document.values().removeIf(value -> value == null);
        return document;
    }

    private static NotificationTarget target(Document target) {
        return new NotificationTarget(
                target.getString("conversationId"),
                target.getString("messageId"),
                target.getLong("seq"),
                target.getString("contentId"),
                target.getString("commentId"));
    }
}
