package io.ovation.inbox;

/** What a notification is about; the constants are the words of the contract. */
public enum NotificationKind {
    /** One was named in a message. */
    mention,
    /** One's message or comment was replied to. */
    reply,
    /** A message in a direct conversation. */
    message,
    /** One's content, comment or message was liked. */
    like,
    /** One's content was commented on. */
    comment
}
