package io.ovation.content;

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
            case ContentPublished _, ContentEdited _ -> null;
            case ContentRetracted _ -> new Frame.Gone();
            case CommentAdded added -> comment(added, isRedacted.test(added.seq()));
            case CommentRedacted redacted ->
                new Frame.CommentRedacted(redacted.contentId(), redacted.commentId(), redacted.seq());
        };
    }

    private static Frame comment(CommentAdded event, boolean redacted) {
        return new Frame.Comment(
                event.contentId(),
                event.commentId(),
                event.seq(),
                event.author(),
                redacted ? null : event.body(),
                event.at(),
                event.replyTo(),
                redacted ? true : null);
    }
}
