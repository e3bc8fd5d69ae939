package io.ovation.content;

import java.util.List;
import java.util.function.LongPredicate;

import io.ovation.content.ContentEvent.CommentAdded;
import io.ovation.content.ContentEvent.CommentRedacted;
import io.ovation.content.ContentEvent.ContentEdited;
import io.ovation.content.ContentEvent.ContentPublished;
import io.ovation.content.ContentEvent.ContentRetracted;
import io.ovation.live.Frame;
import io.ovation.live.Topic;
import io.ovation.live.Update;
import org.jspecify.annotations.Nullable;

/**
 * What a content's watchers are told of an event. One place for what is told live and what is told again, so that both
 * are the same.
 */
final class ContentUpdates {
    private ContentUpdates() {}

    /**
     * The update of an event; null where nothing is told.
     *
     * @param sequence the event's place in its content
     * @param isRedacted tells of a seq whether the text of that comment is not to be shown any more
     */
    static @Nullable Update of(ContentEvent event, long sequence, LongPredicate isRedacted) {
        Frame frame = frame(event, isRedacted);
        return frame == null ? null : new Update(Topic.content(event.contentId()), sequence, frame);
    }

    private static @Nullable Frame frame(ContentEvent event, LongPredicate isRedacted) {
        return switch (event) {
            case ContentPublished _ -> null;
            case ContentEdited edited -> edited(edited);
            case ContentRetracted retracted -> new Frame.ContentRetracted(retracted.contentId());
            case CommentAdded added -> comment(added, isRedacted.test(added.seq()));
            case CommentRedacted redacted ->
                new Frame.CommentRedacted(redacted.contentId(), redacted.commentId(), redacted.seq());
        };
    }

    /** What the watchers of the feed are told; null where nothing is. */
    static @Nullable Frame ofFeed(ContentEvent event) {
        return switch (event) {
            case ContentPublished published ->
                new Frame.Published(
                        published.contentId(), published.title(), published.author(), published.publishedAt());
            case ContentEdited edited -> edited(edited);
            case ContentRetracted retracted -> new Frame.ContentRetracted(retracted.contentId());
            case CommentAdded _, CommentRedacted _ -> null;
        };
    }

    private static Frame edited(ContentEdited event) {
        return new Frame.ContentEdited(event.contentId(), event.title(), event.editedAt());
    }

    private static Frame comment(CommentAdded event, boolean redacted) {
        List<String> mentions = event.mentions();
        Frame.Comment comment = new Frame.Comment(
                event.contentId(),
                event.commentId(),
                event.seq(),
                event.author(),
                event.body(),
                event.at(),
                event.replyTo(),
                mentions == null || mentions.isEmpty() ? null : mentions,
                event.data(),
                null);
        return redacted ? comment.withoutText() : comment;
    }
}
