package io.ovation.content;

import java.util.Optional;

import io.ovation.commands.SecondTry;
import io.ovation.content.ContentCommand.PublishContent;
import io.ovation.content.ContentCommand.Published;
import io.ovation.content.ContentEvent.ContentPublished;
import io.ovation.content.ContentRejection.IdTaken;
import io.ovation.eventstore.RecordedEvents;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.modelling.command.Repository;
import org.jspecify.annotations.Nullable;

/**
 * Publishes contents, each id once. Two of them at the same time are told apart by the store; the loser is handled
 * again and then finds what the winner recorded.
 */
final class PublishContentHandler {
    private final Repository<Content> contents;
    private final RecordedEvents recorded;

    PublishContentHandler(Repository<Content> contents, RecordedEvents recorded) {
        this.contents = contents;
        this.recorded = recorded;
    }

    @CommandHandler
    Published handle(PublishContent command, @MetaDataValue(SecondTry.KEY) @Nullable Boolean secondTry)
            throws Exception {
        Optional<ContentPublished> published = published(command.contentId());
        if (published.isPresent() && sameRequest(published.get(), command)) {
            return new Published(command.contentId(), published.get().publishedAt());
        }
        // also where it is a message's or a comment's, or, as the store has said on the first try, a conversation's
        if (published.isPresent()
                || secondTry != null
                || recorded.find(command.contentId()).isPresent()) {
            throw new IdTaken("contentId");
        }
        contents.newInstance(() -> new Content(command));
        return new Published(command.contentId(), command.at());
    }

    private Optional<ContentPublished> published(String contentId) {
        return recorded.find(ContentPublished.publicationId(contentId))
                .map(event -> (ContentPublished) event.getPayload());
    }

    private static boolean sameRequest(ContentPublished published, PublishContent command) {
        return published.equals(new ContentPublished(
                command.contentId(),
                command.title(),
                command.body(),
                command.by().user(),
                published.publishedAt(),
                command.data()));
    }
}
