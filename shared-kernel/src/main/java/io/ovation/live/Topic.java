package io.ovation.live;

/**
 * What can be watched as one: a conversation, a content, the feed.
 *
 * @param context the context's name, such as {@code conversation}
 * @param id the id within the context
 */
public record Topic(String context, String id) {
    public static Topic conversation(String conversationId) {
        return new Topic("conversation", conversationId);
    }

    public static Topic content(String contentId) {
        return new Topic("content", contentId);
    }

    /** The feed: all that is published, in the order of the log. */
    public static Topic feed() {
        return new Topic("feed", "all");
    }
}
