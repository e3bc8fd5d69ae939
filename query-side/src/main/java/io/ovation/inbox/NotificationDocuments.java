package io.ovation.inbox;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.ovation.NameBasedId;
import io.ovation.inbox.InboxQuery.NotificationView;
import io.ovation.live.Frame;
import org.bson.Document;

/** A notification as a part of a document, and back. */
final class NotificationDocuments {
    private static final int ACTORS = 10;

    private NotificationDocuments() {}

    /** A notification that tells of one event, at a position in the log. */
    static Document first(Notice notice, long position) {
        return new Document("id", NameBasedId.of("notification", notice.user(), Long.toString(position)))
                .append("kind", notice.kind().name())
                .append("subject", notice.subject())
                .append("actors", List.of(notice.actor()))
                .append("count", 1L)
                .append("target", target(notice.target()))
                .append("at", notice.at().toString())
                .append("position", position);
    }

    /** The same that tells of one more event; a new document, for the one before may be in use. */
    static Document more(Document before, Notice notice, long position) {
        List<String> actors = new ArrayList<>(ACTORS);
        actors.add(notice.actor());
        before.getList("actors", String.class).stream()
                .filter(actor -> !actor.equals(notice.actor()))
                .limit(ACTORS - 1)
                .forEach(actors::add);
        return new Document(before)
                .append("actors", actors)
                .append("count", before.getLong("count") + 1)
                .append("target", target(notice.target()))
                .append("at", notice.at().toString())
                .append("position", position);
    }

    static boolean isOf(Document notification, Notice notice) {
        return notification.getString("kind").equals(notice.kind().name())
                && notification.getString("subject").equals(notice.subject());
    }

    static long position(Document notification) {
        return notification.getLong("position");
    }

    static NotificationView view(Document notification, long readUpTo) {
        return new NotificationView(
                notification.getString("id"),
                NotificationKind.valueOf(notification.getString("kind")),
                notification.getList("actors", String.class),
                notification.getLong("count"),
                target(notification.get("target", Document.class)),
                Instant.parse(notification.getString("at")),
                position(notification) <= readUpTo,
                position(notification));
    }

    static Frame.Notification frame(Document notification, long readUpTo) {
        NotificationView view = view(notification, readUpTo);
        return new Frame.Notification(
                view.notificationId(), view.kind(), view.actors(), view.count(), view.target(), view.at(), view.read());
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
