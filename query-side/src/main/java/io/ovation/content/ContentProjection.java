package io.ovation.content;

import java.util.function.Consumer;

import io.ovation.AppData;
import io.ovation.content.ContentEvent.CommentAdded;
import io.ovation.content.ContentEvent.CommentRedacted;
import io.ovation.content.ContentEvent.ContentEdited;
import io.ovation.content.ContentEvent.ContentPublished;
import io.ovation.content.ContentEvent.ContentRetracted;
import io.ovation.content.ReactionEvent.LikeWithdrawn;
import io.ovation.content.ReactionEvent.Liked;
import io.ovation.conversation.ConversationEvent.MessageRedacted;
import io.ovation.documents.Changes;
import io.ovation.documents.Draft;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.SequenceNumber;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.jspecify.annotations.Nullable;

import static io.ovation.content.ContentDocuments.COMMENTS;
import static io.ovation.content.ContentDocuments.CONTENTS;
import static io.ovation.content.ContentDocuments.COUNTERS;
import static io.ovation.content.ContentDocuments.REACTIONS;
import static io.ovation.content.ContentDocuments.reactionId;

/** Keeps the documents of the contents: says what each event does to each of them. */
@ProcessingGroup(ContentDocuments.PROJECTION)
final class ContentProjection {
    @EventHandler
    void on(ContentEvent event, @SequenceNumber long sequence, TrackingToken token, UnitOfWork<?> batch) {
        new Step(Changes.of(batch), token.position().orElseThrow(), sequence).apply(event);
    }

    @EventHandler
    void on(ReactionEvent event, @SequenceNumber long sequence, TrackingToken token, UnitOfWork<?> batch) {
        new Step(Changes.of(batch), token.position().orElseThrow(), sequence).apply(event);
    }

    /** A message's reactions go with its redaction. */
    @EventHandler
    void on(MessageRedacted event, @SequenceNumber long sequence, TrackingToken token, UnitOfWork<?> batch) {
        new Step(Changes.of(batch), token.position().orElseThrow(), sequence)
                .unreact(new Target.OfMessage(event.conversationId(), event.messageId()));
    }

    @EventHandler
    void on(TallyRecorded event, @SequenceNumber long sequence, TrackingToken token, UnitOfWork<?> batch) {
        new Step(Changes.of(batch), token.position().orElseThrow(), sequence)
                .count(event.target(), event.kind().name(), event.delta());
    }

    @EventHandler
    void on(Applauded event, @SequenceNumber long sequence, TrackingToken token, UnitOfWork<?> batch) {
        new Step(Changes.of(batch), token.position().orElseThrow(), sequence)
                .count(event.target(), TallyKind.applause.name(), event.count());
    }

    /** One event: its place in the log and in its aggregate. */
    private record Step(Changes changes, long position, long sequence) {
        void apply(ContentEvent event) {
            switch (event) {
                case ContentPublished published -> published(published);
                case ContentEdited edited -> edited(edited);
                case ContentRetracted retracted -> retracted(retracted);
                case CommentAdded added -> added(added);
                case CommentRedacted redacted -> redacted(redacted);
            }
        }

        void apply(ReactionEvent event) {
            switch (event) {
                case Liked liked -> reacted(liked, true);
                case LikeWithdrawn withdrawn -> reacted(withdrawn, false);
            }
        }

        private void published(ContentPublished event) {
            changes.hold(event.body());
            content(event, content -> {
                content.set("title", event.title())
                        .set("body", event.body())
                        .set("author", event.author())
                        .set("publishedAt", event.publishedAt().toString())
                        .set("published", position)
                        .set("lastSeq", 0L);
                data(content, event.data());
            });
            changes.add(COUNTERS, new Target.OfContent(event.contentId()).key(), position, counters -> counters.set(
                            "views", 0L)
                    .set("likes", 0L)
                    .set("applause", 0L)
                    .set("comments", 0L));
            FeedIndex.FEED.add(changes, position, event.contentId(), entry -> entry.append("title", event.title())
                    .append("author", event.author())
                    .append("at", event.publishedAt().toString()));
        }

        private void edited(ContentEdited event) {
            changes.hold(event.body());
            content(event, content -> {
                content.set("editedAt", event.editedAt().toString());
                if (event.title() != null) {
                    content.set("title", event.title());
                }
                if (event.body() != null) {
                    content.set("body", event.body());
                }
                data(content, event.data());
            });
            FeedIndex.CHANGES.add(changes, position, event.contentId(), entry -> {
                if (event.title() != null) {
                    entry.append("title", event.title());
                }
                entry.append("at", event.editedAt().toString());
            });
        }

        private void retracted(ContentRetracted event) {
            content(event, content -> content.set("retracted", true)
                    .unset("body")
                    .unset("data"));
            FeedIndex.CHANGES.add(changes, position, event.contentId(), entry -> entry.append("retracted", true));
        }

        private void added(CommentAdded event) {
            changes.hold(event.body());
            content(event, content -> content.set("lastSeq", event.seq()));
            COMMENTS.add(
                    changes,
                    event.contentId(),
                    event.seq(),
                    position,
                    (bucket, path) -> bucket.set(path, CommentDocuments.document(event)));
            count(new Target.OfContent(event.contentId()), "comments", 1);
        }

        private void redacted(CommentRedacted event) {
            content(event, content -> {});
            COMMENTS.redact(
                    changes, event.contentId(), event.seq(), position, (bucket, path) -> bucket.unset(path + ".body")
                            .unset(path + ".mentions")
                            .unset(path + ".data")
                            .set(path + ".redacted", true));
            count(new Target.OfContent(event.contentId()), "comments", -1);
            unreact(new Target.OfComment(event.contentId(), event.commentId()));
        }

        /** Also where there are none: one may be recorded just after the redaction. */
        private void unreact(Target target) {
            changes.add(COUNTERS, target.key(), position, CounterDocuments::redact);
        }

        private void reacted(ReactionEvent event, boolean given) {
            changes.add(
                    REACTIONS,
                    reactionId(event.target(), event.kind(), event.user()),
                    position,
                    reaction -> {
                        reaction.set("given", given);
                        if (reaction.state("at", Long.class) == null) {
                            reaction.set("at", position);
                        }
                    });
            changes.add(
                    COUNTERS,
                    event.target().key(),
                    position,
                    counters -> CounterDocuments.react(counters, event, given ? 1 : -1, position));
            Reactors.add(changes, position, event);
            Reacted.add(changes, position, event.target());
        }

        private void content(ContentEvent event, Consumer<Draft> step) {
            changes.add(CONTENTS, event.contentId(), position, content -> {
                content.set("last", sequence);
                step.accept(content);
            });
        }

        private void count(Target target, String field, long delta) {
            changes.add(COUNTERS, target.key(), position, counters -> {
                Long before = counters.state(field, Long.class);
                counters.set(field, (before == null ? 0 : before) + delta);
            });
        }
    }

    private static void data(Draft content, @Nullable AppData data) {
        if (data != null) {
            content.set("data", data.json());
        }
    }
}
