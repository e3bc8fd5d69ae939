package io.ovation.inbox;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import io.ovation.content.ContentEvent.CommentAdded;

/**
 * Of comments: who is named, whose comment is replied to, and whose content it is; whoever is more than one of these is
 * told of the first.
 */
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
        if (added.mentions() != null) {
            added.mentions().forEach(user -> concerned.put(user, NotificationKind.mention));
        }
        concerned.remove(added.author());
        return concerned.entrySet().stream()
                .map(each -> new Notice(
                        each.getKey(),
                        each.getValue(),
                        "content/" + added.contentId(),
                        added.author(),
                        NotificationTarget.comment(added.contentId(), added.commentId(), added.seq()),
                        added.at()));
    }
}
