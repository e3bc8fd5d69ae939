package io.ovation.live;

/**
 * What can be watched as one: a conversation, a content, the feed, the presence of everybody, an inbox, a list of
 * conversations.
 *
 * @param context the context's name, such as {@code conversation}
 * @param id the id within the context
 */
public record Topic(String context, String id) {
    public static Topic conversation(String conversationId) {
        return new Topic("conversation", conversationId);
    }

    /**
     * The one topic of everybody's presence, for nodes and not for people: its updates are {@link Frame.Presence},
     * sequenced by position in the log, and a {@link Frame.Member} for each member that was removed from a
     * conversation, after which who may watch whom has to be asked again.
     */
    public static Topic presence() {
        return new Topic("presence", "");
    }

    /** Whether there are states on it that are told only as they change ({@link Frame.State#standsAtStart}). */
    public boolean hasPassingStates() {
        return context.equals("conversation") || context.equals("content");
    }

    public static Topic content(String contentId) {
        return new Topic("content", contentId);
    }

    /** The feed: all that is published, in the order of the log. */
    public static Topic feed() {
        return new Topic("feed", "all");
    }

    /** Whether its watchers are told how many they are: those of a conversation and of a content. */
    public boolean hasAudience() {
        return context.equals("conversation") || context.equals("content");
    }

    /** A user's list of conversations; the sequence of its updates is the position in the log. */
    public static Topic conversations(String user) {
        return new Topic("conversations", user);
    }

    public static Topic inbox(String user) {
        return new Topic("inbox", user);
    }
}
