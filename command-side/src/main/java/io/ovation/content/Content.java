package io.ovation.content;

import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import io.ovation.Caller;
import io.ovation.ValidationFailed;
import io.ovation.commands.SecondTry;
import io.ovation.commands.Weighed;
import io.ovation.content.ContentCommand.AddComment;
import io.ovation.content.ContentCommand.Added;
import io.ovation.content.ContentCommand.EditContent;
import io.ovation.content.ContentCommand.PublishContent;
import io.ovation.content.ContentCommand.RedactComment;
import io.ovation.content.ContentCommand.RetractContent;
import io.ovation.content.ContentEvent.CommentAdded;
import io.ovation.content.ContentEvent.CommentRedacted;
import io.ovation.content.ContentEvent.ContentEdited;
import io.ovation.content.ContentEvent.ContentPublished;
import io.ovation.content.ContentEvent.ContentRetracted;
import io.ovation.content.ContentRejection.CommentNotFound;
import io.ovation.content.ContentRejection.ContentNotFound;
import io.ovation.content.ContentRejection.IdTaken;
import io.ovation.content.ContentRejection.NotTheAuthor;
import io.ovation.eventstore.RecordedEvents;
import io.ovation.sequence.Entries;
import io.ovation.sequence.RecentEntries;
import io.ovation.sequence.RecentEntries.Known;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.serialization.Revision;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

/**
 * A content: whose it is, whether it is still there, and the one order of its comments. What a crowd does to it, likes,
 * applause and views, is not in here, so that nobody waits for its lock.
 *
 * <p>Its memory is bounded, by the {@link RecentEntries}. A snapshot is this object as JSON; a change of its shape is a
 * new revision.
 */
@Aggregate(cache = "contentCache", snapshotTriggerDefinition = "snapshotTrigger", lockFactory = "aggregateLock")
@Revision("2")
@JsonAutoDetect(
        fieldVisibility = Visibility.ANY,
        getterVisibility = Visibility.NONE,
        isGetterVisibility = Visibility.NONE)
@SuppressWarnings("NullAway.Init") // Axon makes it empty; its first event fills it
class Content implements Weighed {
    private static final Entries.Kind<CommentAdded> COMMENTS =
            new Entries.Kind<>(CommentAdded.class, Content::known, CommentRedacted::redactionId);

    @AggregateIdentifier
    private String contentId;

    private String author;

    /** What edits are told with; null where the log was written before they said it. */
    private @Nullable String title;

    private boolean retracted;
    private long lastSeq;
    private RecentEntries recent = new RecentEntries();

    Content() {}

    @Override
    public int weight() {
        return recent.weight();
    }

    /** Publishes it; {@link PublishContentHandler} has made sure that it is not there yet. */
    Content(PublishContent command) {
        apply(new ContentPublished(
                command.contentId(),
                command.title(),
                command.body(),
                command.by().user(),
                command.at(),
                command.data()));
    }

    @CommandHandler
    void handle(EditContent command) {
        isThere();
        // an admin retracts what must not be there, and puts no words into its author's mouth
        if (!command.by().user().equals(author)) {
            throw new NotTheAuthor("Only its author may edit a content");
        }
        if (command.title() == null && command.body() == null && command.data() == null) {
            return;
        }
        apply(new ContentEdited(
                contentId,
                command.title() == null ? title : command.title(),
                command.body(),
                command.by().user(),
                command.at(),
                command.data()));
    }

    @CommandHandler
    void handle(RetractContent command) {
        mayChange(command.by(), "Only its author may retract a content");
        if (!retracted) {
            apply(new ContentRetracted(contentId, command.by().user(), command.at(), author));
        }
    }

    @CommandHandler
    Added handle(
            AddComment command, RecordedEvents recorded, @MetaDataValue(SecondTry.KEY) @Nullable Boolean secondTry) {
        Optional<Known> before = comments(recorded).before(command.commentId(), secondTry != null);
        String asked = RecentEntries.fingerprint(
                command.by().user(), command.body(), command.replyTo(), command.mentions(), command.data());
        if (before.isPresent() && before.get().fingerprint().equals(asked)) {
            return new Added(
                    command.commentId(), before.get().seq(), before.get().sentAt());
        }
        isThere();
        if (before.isPresent() || command.commentId().equals(contentId)) {
            throw new IdTaken("commentId");
        }
        String replyToAuthor = command.replyTo() == null ? null : authorOf(command.replyTo(), recorded);
        Added added = new Added(command.commentId(), lastSeq + 1, command.at());
        apply(new CommentAdded(
                contentId,
                added.commentId(),
                added.seq(),
                command.by().user(),
                command.body(),
                command.replyTo(),
                author,
                replyToAuthor,
                added.at(),
                command.mentions(),
                command.data()));
        return added;
    }

    @CommandHandler
    void handle(RedactComment command, RecordedEvents recorded) {
        isThere();
        Known comment = comments(recorded).find(command.commentId()).orElseThrow(CommentNotFound::new);
        if (!comment.sender().equals(command.by().user())) {
            mayChange(command.by(), "Only its author or the content's may redact a comment");
        }
        if (!comment.redacted()) {
            apply(new CommentRedacted(
                    contentId, command.commentId(), comment.seq(), command.by().user(), command.at()));
        }
    }

    private void isThere() {
        if (retracted) {
            throw new ContentNotFound();
        }
    }

    private void mayChange(Caller caller, String otherwise) {
        if (!caller.admin() && !caller.user().equals(author)) {
            if (retracted) {
                throw new ContentNotFound();
            }
            throw new NotTheAuthor(otherwise);
        }
    }

    private String authorOf(String commentId, RecordedEvents recorded) {
        return comments(recorded)
                .find(commentId)
                .map(Known::sender)
                .orElseThrow(() -> new ValidationFailed("replyTo", "names no comment on this content"));
    }

    private Entries<CommentAdded> comments(RecordedEvents recorded) {
        return new Entries<>(
                COMMENTS, recent, recorded, added -> added.contentId().equals(contentId));
    }

    private static Known known(CommentAdded event) {
        return new Known(
                event.seq(),
                event.author(),
                event.at(),
                RecentEntries.fingerprint(
                        event.author(),
                        event.body(),
                        event.replyTo(),
                        event.mentions() == null ? List.of() : event.mentions(),
                        event.data()),
                false,
                null);
    }

    @EventSourcingHandler
    void on(ContentPublished event) {
        contentId = event.contentId();
        author = event.author();
        title = event.title();
    }

    @EventSourcingHandler
    void on(ContentEdited event) {
        title = event.title() == null ? title : event.title();
    }

    @EventSourcingHandler
    void on(ContentRetracted event) {
        retracted = true;
    }

    @EventSourcingHandler
    void on(CommentAdded event) {
        lastSeq = event.seq();
        recent.added(event.commentId(), known(event));
    }

    @EventSourcingHandler
    void on(CommentRedacted event) {
        recent.redacted(event.commentId());
    }
}
