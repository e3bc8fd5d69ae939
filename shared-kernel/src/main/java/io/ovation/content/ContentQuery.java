package io.ovation.content;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.ovation.AppData;
import io.ovation.Caller;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked about contents. Answers are never older than what this node had made durable when the query came
 * in, so that a user reads their own writes. What was retracted is not there.
 */
public sealed interface ContentQuery {
    Caller by();

    /**
     * The feed, newest first; answers {@link ContentPage}.
     *
     * @param before only what was published before this content; unknown: {@code ContentNotFound}
     * @param limit 1 to 200
     */
    record FindContents(Caller by, @Nullable String before, int limit) implements ContentQuery {}

    /** One content; answers {@link ContentView}. Rejects with {@code ContentNotFound}. */
    record FindContent(String contentId, Caller by) implements ContentQuery {}

    /**
     * A page of comments, oldest first; answers {@link CommentPage}. Rejects with {@code ContentNotFound}.
     *
     * @param after exclusive lower bound; with it the first {@code limit} comments above
     * @param before exclusive upper bound; without {@code after} the last {@code limit} comments below it, and the
     *     latest with neither
     * @param limit 1 to 200
     */
    record FindComments(
            String contentId,
            Caller by,
            @Nullable Long after,
            @Nullable Long before,
            int limit) implements ContentQuery {}

    /**
     * How often a content was viewed, liked, applauded and commented on; answers {@link Counters}. Rejects with
     * {@code ContentNotFound}.
     */
    record FindCounters(String contentId, Caller by) implements ContentQuery {}

    /**
     * Who gave a reaction, in the order in which they first did; answers {@link ReactionPage}. Whether the caller may
     * know has been asked before ({@link ReactionCommand.CheckTarget}).
     *
     * @param after only those that come after this user in that order; who never gave it: {@code validation_failed}
     * @param limit 1 to 200
     */
    record FindReactions(Target target, String kind, Caller by, @Nullable String after, int limit)
            implements ContentQuery {}

    /**
     * That of {@link FindReactions}.
     *
     * @param next what to ask after for more; null where there are none
     */
    record ReactionPage(List<String> users, @Nullable String next) {}

    /** Those of {@link FindContents}. */
    record ContentPage(List<ContentView> contents) {}

    /**
     * A content as it is now.
     *
     * @param editedAt when its text was last replaced; null when it never was
     * @param data the app's own; null for none
     * @param reactions how many there are of each kind, likes among them; null where there are none
     * @param myReactions the kinds that the caller gave; null where there are none
     */
    record ContentView(
            String contentId,
            String title,
            String body,
            String author,
            Instant publishedAt,
            @Nullable Instant editedAt,
            @Nullable AppData data,
            Counters counters,
            @Nullable Map<String, Long> reactions,
            @Nullable List<String> myReactions,
            boolean likedByMe) {}

    /** The comments that are redacted are not counted. */
    record Counters(long views, long likes, long applause, long comments) {}

    /** Comments, oldest first, and the seq of the content's last one. */
    record CommentPage(List<CommentView> comments, long lastSeq) {}

    /**
     * A comment as it is now.
     *
     * @param body null when it was redacted, as are the mentions and the data
     * @param mentions whom it names; null for nobody
     * @param data the app's own; null for none
     * @param redacted true when it was redacted, else null
     * @param reactions how many there are of each kind, likes among them; null where there are none
     * @param myReactions the kinds that the caller gave; null where there are none
     */
    record CommentView(
            String commentId,
            long seq,
            String author,
            @Nullable String body,
            Instant at,
            @Nullable String replyTo,
            @Nullable List<String> mentions,
            @Nullable AppData data,
            @Nullable Boolean redacted,
            @Nullable Map<String, Long> reactions,
            @Nullable List<String> myReactions) {}
}
