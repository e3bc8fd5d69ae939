package io.ovation.inbox;

import java.util.stream.Stream;

import io.ovation.content.ReactionEvent.Liked;
import io.ovation.content.Target;

/**
 * Of likes, and of no other reaction: whose content, comment or message it is. One that is withdrawn later was told
 * nevertheless.
 */
final class LikeNotices implements Notices {
    private static final String LIKE = "like";

    @Override
    public Stream<Notice> of(Object event) {
        return event instanceof Liked liked
                        && liked.kind().equals(LIKE)
                        && !liked.user().equals(liked.targetAuthor())
                ? Stream.of(new Notice(
                        liked.targetAuthor(),
                        NotificationKind.like,
                        liked.target().key(),
                        liked.user(),
                        target(liked),
                        liked.at()))
                : Stream.empty();
    }

    private static NotificationTarget target(Liked liked) {
        return switch (liked.target()) {
            case Target.OfContent content -> NotificationTarget.content(content.contentId());
            case Target.OfComment comment ->
                    NotificationTarget.comment(comment.contentId(), comment.commentId(), liked.targetSeq());
            case Target.OfMessage message ->
                new NotificationTarget(message.conversationId(), message.messageId(), liked.targetSeq(), null, null);
        };
    }
}
