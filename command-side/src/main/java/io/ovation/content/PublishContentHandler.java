package io.ovation.content;

import java.util.Optional;

import io.ovation.content.ContentCommand.PublishContent;
import io.ovation.content.ContentCommand.Published;
import io.ovation.content.ContentEvent.ContentPublished;
import io.ovation.content.ContentRejection.IdTaken;
import io.ovation.eventstore.RecordedEvents;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.modelling.command.Repository;

/** Publishes contents, each id once. Two of them at the same time are told apart by the store; the loser is handled again and then finds what the winner recorded. */
final class PublishContentHandler {
    private final Repository<Content> contents;
    private final EventStore eventStore;
    private final RecordedEvents recorded;

    PublishContentHandler(Repository<Content> contents, EventStore eventStore, RecordedEvents recorded) {
        this.contents = contents;
        this.eventStore = eventStore;
        this.recorded = recorded;
    }

    @CommandHandler
    Published handle(PublishContent command) throws Exception {
        Optional<Object> first = first(command.contentId());
        if (first.isPresent()) {
            if (first.get() instanceof ContentPublished published && sameRequest(published, command)) {
                return new Published(published.contentId(), published.publishedAt());
            }
            throw new IdTaken("contentId");
        }
        if (recorded.find(command.contentId()).isPresent()) {
            throw new IdTaken("contentId"); // it is a message's or a comment's
        }
        contents.newInstance(() -> new Content(command));
        return new Published(command.contentId(), command.at());
    }

    /** What the aggregate with this id, of whichever type, began with. */
    private Optional<Object> first(String id) {
        var events = eventStore.readEvents(id, 0);
        return events.hasNext() ? Optional.of(events.next().getPayload()) : Optional.empty();
    }

    private static boolean sameRequest(ContentPublished published, PublishContent command) {
        return published.equals(new ContentPublished(
                command.contentId(), command.title(), command.body(), command.by().user(), published.publishedAt()));
    }
}
