package io.ovation.inbox;

import java.time.Instant;
import java.util.List;

import io.ovation.Caller;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked about the caller's own inbox. Answers are never older than what this node had made durable when the
 * query came in.
 */
public sealed interface InboxQuery {
    Caller by();

    /**
     * A page of notifications, newest first; answers {@link InboxPage}.
     *
     * @param before only those that come after this notification in that order; unknown or not the caller's:
     *     {@code not_found}
     * @param limit 1 to 200
     */
    record FindInbox(Caller by, @Nullable String before, int limit) implements InboxQuery {}

    /** Where one of the caller's notifications is; answers {@link Located}, or rejects with {@code not_found}. */
    record FindNotification(Caller by, String notificationId) implements InboxQuery {}

    /**
     * Which of the caller's notifications is the latest of those that tell of nothing after a position in the log;
     * answers {@link Told}.
     */
    record FindTold(Caller by, long upTo) implements InboxQuery {}

    /**
     * That of {@link FindInbox}.
     *
     * @param unread how many of all the caller's notifications are not read
     * @param position that of the latest of all; -1 where there is none
     */
    record InboxPage(List<NotificationView> notifications, long unread, long position) {}

    /**
     * That of {@link FindNotification}.
     *
     * @param first the position in the log of the first event that the notification tells of
     */
    record Located(long first) {}

    /**
     * That of {@link FindTold}.
     *
     * @param notificationId null where there is none
     * @param position the position in the log of the last event that it tells of; -1 where there is none
     */
    record Told(@Nullable String notificationId, long position) {}

    /**
     * A notification as it is now.
     *
     * @param actors who caused it, the latest ten, latest first
     * @param count of likes, how many people gave one that stands; else how much of what it tells of is not read, or
     *     was not when it was read
     * @param target where the latest leads to
     * @param at when the latest was
     * @param position that of the latest in the log
     */
    record NotificationView(
            String notificationId,
            NotificationKind kind,
            List<String> actors,
            long count,
            NotificationTarget target,
            Instant at,
            boolean read,
            long position) {}
}
