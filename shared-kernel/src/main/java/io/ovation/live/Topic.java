package io.ovation.live;

/**
 * What can be watched as one: a conversation, a content, the feed, an inbox.
 *
 * @param context the context's name, such as {@code conversation}
 * @param id the id within the context
 */
public record Topic(String context, String id) {
    public static Topic conversation(String conversationId) {
        return new Topic("conversation", conversationId);
    }

    public static Topic inbox(String user) {
        return new Topic("inbox", user);
    }
}
