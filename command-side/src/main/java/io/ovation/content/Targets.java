package io.ovation.content;

import java.util.Optional;

import io.ovation.Caller;
import io.ovation.cluster.Nodes;
import io.ovation.commands.KnownFromLog;
import io.ovation.content.ContentEvent.CommentAdded;
import io.ovation.content.ContentEvent.CommentRedacted;
import io.ovation.content.ContentEvent.ContentPublished;
import io.ovation.content.ContentEvent.ContentRetracted;
import io.ovation.content.ContentRejection.CommentNotFound;
import io.ovation.content.ContentRejection.ContentNotFound;
import io.ovation.conversation.ConversationRejection.ConversationNotFound;
import io.ovation.conversation.ConversationRejection.MessageNotFound;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.conversation.ReadableMessages;
import io.ovation.conversation.ReadableMessages.Message;
import io.ovation.eventstore.RecordedEvents;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.jspecify.annotations.Nullable;

/**
 * What a reaction and a tally must know of their target, without loading or locking it: a crowd comes by here. May
 * block for a look into the log.
 */
final class Targets {
    private final RecordedEvents recorded;
    private final ReadableMessages messages;
    private final KnownFromLog<String> authors;
    private final KnownFromLog<Comment> comments;

    /** For a node that is alone. */
    Targets(EventStore eventStore, RecordedEvents recorded, ReadableMessages messages) {
        this(eventStore, recorded, messages, Nodes.ALONE);
    }

    Targets(EventStore eventStore, RecordedEvents recorded, ReadableMessages messages, Nodes nodes) {
        this.recorded = recorded;
        this.messages = messages;
        this.authors = new KnownFromLog<>(eventStore, nodes, Targets::retracted, this::author);
        this.comments = new KnownFromLog<>(eventStore, nodes, Targets::redacted, this::comment);
    }

    /**
     * A target as it is now.
     *
     * @param seq its place in its sequence; null for a content
     */
    record Found(String author, @Nullable Long seq, boolean redacted) {}

    private record Comment(String contentId, String author, long seq, boolean redacted) {}

    /**
     * The target as the caller may read it.
     *
     * @throws ContentNotFound if there is no such content, or none any more
     * @throws CommentNotFound if it has no such comment
     * @throws ConversationNotFound if there is no such conversation
     * @throws MessageNotFound if it has no such message
     * @throws NotAMember if the conversation isn't for the caller to read
     */
    Found find(Target target, Caller by) {
        return switch (target) {
            case Target.OfContent(String contentId) -> new Found(contentAuthor(contentId), null, false);
            case Target.OfComment(String contentId, String commentId) -> {
                contentAuthor(contentId);
                Comment comment = comments.find(commentId)
                        .filter(found -> found.contentId().equals(contentId))
                        .orElseThrow(CommentNotFound::new);
                yield new Found(comment.author(), comment.seq(), comment.redacted());
            }
            case Target.OfMessage(String conversationId, String messageId) -> {
                Message message = messages.find(conversationId, messageId, by);
                yield new Found(message.sender(), message.seq(), message.redacted());
            }
        };
    }

    private String contentAuthor(String contentId) {
        return authors.find(contentId).orElseThrow(ContentNotFound::new);
    }

    private static Optional<String> retracted(EventMessage<?> event) {
        return event.getPayload() instanceof ContentRetracted retracted
                ? Optional.of(retracted.contentId())
                : Optional.empty();
    }

    private static Optional<String> redacted(EventMessage<?> event) {
        return event.getPayload() instanceof CommentRedacted redacted
                ? Optional.of(redacted.commentId())
                : Optional.empty();
    }

    private Optional<String> author(String contentId) {
        return recorded.find(ContentPublished.publicationId(contentId))
                .filter(event ->
                        recorded.find(ContentRetracted.retractionId(contentId)).isEmpty())
                .map(event -> ((ContentPublished) event.getPayload()).author());
    }

    private Optional<Comment> comment(String commentId) {
        return recorded.find(commentId)
                .map(EventMessage::getPayload)
                .filter(CommentAdded.class::isInstance)
                .map(CommentAdded.class::cast)
                .map(added -> new Comment(
                        added.contentId(),
                        added.author(),
                        added.seq(),
                        recorded.find(CommentRedacted.redactionId(commentId)).isPresent()));
    }
}
