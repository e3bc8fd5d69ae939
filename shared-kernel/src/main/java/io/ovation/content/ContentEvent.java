package io.ovation.content;

import java.time.Instant;
import java.util.List;

import io.ovation.AppData;
import io.ovation.NameBasedId;
import io.ovation.UniqueEvent;
import org.axonframework.serialization.Revision;
import org.jspecify.annotations.Nullable;

/**
 * What has happened to a content. These records are the log: a change of shape is a new revision, an upcaster and an
 * approved file.
 *
 * <p>They say whom they concern, so that whoever tells people of it needs nothing but the event.
 */
public sealed interface ContentEvent {
    String contentId();

    /**
     * A content was published.
     *
     * @param data the app's own; null for none
     */
    @Revision("2")
    record ContentPublished(
            String contentId,
            String title,
            String body,
            String author,
            Instant publishedAt,
            @Nullable AppData data)
            implements ContentEvent, UniqueEvent {
        @Override
        public String uniqueId() {
            return publicationId(contentId);
        }

        /** The id of a content's publication, of which there is one. */
        public static String publicationId(String contentId) {
            return NameBasedId.reserved("published", contentId);
        }
    }

    /**
     * The text of a content was replaced.
     *
     * @param title the title from then on, which is told; null only in revision 1, where it stayed
     * @param body the new text; null where it stayed
     * @param data the app's own from then on; null where it stayed
     */
    @Revision("2")
    record ContentEdited(
            String contentId,
            @Nullable String title,
            @Nullable String body,
            String by,
            Instant editedAt,
            @Nullable AppData data)
            implements ContentEvent {}

    /**
     * A content was taken away, with all that hangs on it.
     *
     * @param author whose it was; null in revision 1
     */
    @Revision("2")
    record ContentRetracted(
            String contentId,
            String by,
            Instant at,
            @Nullable String author) implements ContentEvent, UniqueEvent {
        @Override
        public String uniqueId() {
            return retractionId(contentId);
        }

        /** The id of a content's retraction, of which there is at most one. */
        public static String retractionId(String contentId) {
            return NameBasedId.reserved("retracted", contentId);
        }
    }

    /**
     * A comment was added.
     *
     * @param seq its place among the content's comments: 1, 2, 3 … without a gap
     * @param replyTo another comment on the content
     * @param contentAuthor whose content it is
     * @param replyToAuthor who wrote what it replies to; null where it replies to nothing
     * @param mentions whom it names; null or empty for nobody
     * @param data the app's own; null for none
     */
    @Revision("2")
    record CommentAdded(
            String contentId,
            String commentId,
            long seq,
            String author,
            String body,
            @Nullable String replyTo,
            String contentAuthor,
            @Nullable String replyToAuthor,
            Instant at,
            @Nullable List<String> mentions,
            @Nullable AppData data)
            implements ContentEvent, UniqueEvent {
        @Override
        public String uniqueId() {
            return commentId;
        }
    }

    /** The text of a comment was taken from everyone's sight. */
    @Revision("1")
    record CommentRedacted(String contentId, String commentId, long seq, String by, Instant at)
            implements ContentEvent, UniqueEvent {
        @Override
        public String uniqueId() {
            return redactionId(commentId);
        }

        /** The id of a comment's redaction, of which there is at most one. */
        public static String redactionId(String commentId) {
            return NameBasedId.reserved("comment-redacted", commentId);
        }
    }
}
