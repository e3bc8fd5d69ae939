package io.ovation.inbox;

import org.jspecify.annotations.Nullable;

/** What a notification leads to: a message, a content, or a comment of a content. */
public record NotificationTarget(
        @Nullable String conversationId,
        @Nullable String messageId,
        @Nullable Long seq,
        @Nullable String contentId,
        @Nullable String commentId) {
    public static NotificationTarget message(String conversationId, String messageId, long seq) {
        return new NotificationTarget(conversationId, messageId, seq, null, null);
    }

    public static NotificationTarget content(String contentId) {
        return new NotificationTarget(null, null, null, contentId, null);
    }

    /** @param seq null where what told of it does not say */
    public static NotificationTarget comment(String contentId, String commentId, @Nullable Long seq) {
        return new NotificationTarget(null, null, seq, contentId, commentId);
    }
}
