package io.ovation.inbox;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import io.ovation.content.ContentEvent.CommentAdded;

/** Of comments: whose comment is replied to, and whose content it is; who is both is told of the reply. */
final class CommentNotices implements Notices {
    @Override
    public Stream<Notice> of(Object event) {
        return event instanceof CommentAdded added ? of(added) : Stream.empty();
    }

    private static Stream<Notice> of(CommentAdded added) {
        Map<String, NotificationKind> concerned = new LinkedHashMap<>();
        concerned.put(added.contentAuthor(), NotificationKind.comment);
        if (added.replyToAuthor() != null) {
            concerned.put(added.replyToAuthor(), NotificationKind.reply);
        }
        concerned.remove(added.author());
        return concerned.entrySet().stream()
                .map(each -> new Notice(
                        each.getKey(),
                        each.getValue(),
                        "content/" + added.contentId(),
                        added.author(),
                        target(each.getValue(), added),
                        added.at()));
    }

    private static NotificationTarget target(NotificationKind kind, CommentAdded added) {
        return kind == NotificationKind.reply
                ? NotificationTarget.comment(added.contentId(), added.commentId())
                : NotificationTarget.content(added.contentId());
    }
}
