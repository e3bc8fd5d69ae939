package io.ovation.content;

import java.time.Instant;
import java.util.List;

import io.ovation.Addressed;
import io.ovation.AppData;
import io.ovation.Caller;
import io.ovation.Rejection;
import io.ovation.content.ContentRejection.ContentNotFound;
import org.axonframework.commandhandling.RoutingKey;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked of a content. Times and ids come in with the command; a handler reads no clock.
 *
 * <p>Every command answers only when its event is durable. {@link PublishContent} answers {@link Published},
 * {@link AddComment} answers {@link Added}, the others answer nothing. What was retracted is not there:
 * {@link ContentNotFound}.
 */
public sealed interface ContentCommand extends Addressed {
    String contentId();

    Caller by();

    Instant at();

    @Override
    default String target() {
        return contentId();
    }

    @Override
    default Rejection whenMissing() {
        return new ContentNotFound();
    }

    /**
     * Publishes a content; {@code by} is its author.
     *
     * @param contentId the id, and the idempotency key
     * @param title up to 200 characters by default
     * @param body the text, at most 8 KiB of UTF-8 by default
     * @param data the app's own
     */
    record PublishContent(
            @TargetAggregateIdentifier @RoutingKey String contentId,
            String title,
            String body,
            @Nullable AppData data,
            Caller by,
            Instant at)
            implements ContentCommand {}

    /** Replaces the title, the text and the data; null leaves what is there. For the author and admins. */
    record EditContent(
            @TargetAggregateIdentifier @RoutingKey String contentId,
            @Nullable String title,
            @Nullable String body,
            @Nullable AppData data,
            Caller by,
            Instant at)
            implements ContentCommand {}

    /** Takes a content away. For the author and admins, who may ask again. */
    record RetractContent(
            @TargetAggregateIdentifier @RoutingKey String contentId, Caller by, Instant at)
            implements ContentCommand {}

    /**
     * Adds a comment.
     *
     * @param commentId the id, and the idempotency key
     * @param replyTo the id of another comment on the same content
     * @param mentions whom it names: anybody may read it
     * @param data the app's own
     */
    record AddComment(
            @TargetAggregateIdentifier @RoutingKey String contentId,
            String commentId,
            String body,
            @Nullable String replyTo,
            List<String> mentions,
            @Nullable AppData data,
            Caller by,
            Instant at)
            implements ContentCommand {}

    /** Takes the text of a comment from everyone's sight. For its author, the content's, and admins. */
    record RedactComment(
            @TargetAggregateIdentifier @RoutingKey String contentId, String commentId, Caller by, Instant at)
            implements ContentCommand {}

    /** The answer to {@link PublishContent}, and to every repeat of it. */
    record Published(String contentId, Instant publishedAt) {}

    /**
     * The answer to {@link AddComment}, and to every repeat of it.
     *
     * @param seq the place of the comment on its content: 1, 2, 3 … without a gap
     */
    record Added(String commentId, long seq, Instant at) {}
}
