package io.ovation.content;

import java.util.stream.Stream;

import io.ovation.content.ContentEvent.CommentAdded;
import io.ovation.content.ContentEvent.CommentRedacted;
import io.ovation.content.ContentEvent.ContentEdited;
import io.ovation.content.ContentEvent.ContentPublished;
import io.ovation.content.ContentEvent.ContentRetracted;
import io.ovation.conversation.ConversationEvent.MessageRedacted;
import io.ovation.documents.Interest;
import io.ovation.documents.Interest.User;
import io.ovation.documents.ShownAtOnce;

/**
 * Of contents: one's own acts. What was retracted or redacted is shown to nobody, so that all wait for that.
 * Thread-safe: it holds nothing.
 */
final class ContentAtOnce implements ShownAtOnce {
    @Override
    public String projection() {
        return ContentDocuments.PROJECTION;
    }

    @Override
    public Stream<Interest> to(Object event) {
        return switch (event) {
            case ContentEvent of -> Stream.of(to(of));
            case ReactionEvent reaction -> Stream.of(new User(reaction.user()));
            // its reactions go with it
            case MessageRedacted _ -> Stream.of(Interest.EVERYBODY);
            case Applauded applauded -> Stream.of(new User(applauded.user()));
            default -> Stream.empty();
        };
    }

    private static Interest to(ContentEvent event) {
        return switch (event) {
            case ContentPublished published -> new User(published.author());
            case ContentEdited edited -> new User(edited.by());
            case CommentAdded added -> new User(added.author());
            case ContentRetracted _, CommentRedacted _ -> Interest.EVERYBODY;
        };
    }
}
