package io.ovation.conversation;

import java.util.List;
import java.util.OptionalLong;

import io.ovation.Caller;
import io.ovation.content.Reactions;
import io.ovation.conversation.ConversationEvent.MessageEdited;
import io.ovation.conversation.ConversationEvent.MessageSent;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.ReadModels;
import io.ovation.live.Topic;
import io.ovation.live.Update;
import io.ovation.live.Watch.Watchable;
import io.ovation.live.WatchedContext;
import io.ovation.sequence.MissedEvents;
import org.axonframework.eventsourcing.eventstore.EventStore;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

import static io.ovation.conversation.ConversationDocuments.MESSAGES;

/** Conversations as topics. */
final class WatchedConversations implements WatchedContext {
    private final ReadModels readModels;
    private final ConversationAccess access;
    private final MissedEvents<ConversationEvent> missed;
    private final Receipts receipts;
    private final Reactions reactions;

    /** @param scheduler whose threads may block: the event store does */
    WatchedConversations(
            ReadModels readModels,
            DocumentStore documents,
            ConversationAccess access,
            Reactions reactions,
            EventStore eventStore,
            Scheduler scheduler) {
        this.readModels = readModels;
        this.access = access;
        this.reactions = reactions;
        this.missed = new MissedEvents<>(
                ConversationEvent.class,
                MESSAGES,
                ConversationUpdates::of,
                WatchedConversations::seqWithText,
                documents,
                eventStore,
                scheduler);
        this.receipts = new Receipts(documents);
    }

    @Override
    public String context() {
        return Topic.conversation("").context();
    }

    @Override
    public Mono<Watchable> watchable(Topic topic, Caller by) {
        return readModels.upToDate(
                () -> access.readable(topic.id(), by).flatMap(conversation -> receipts.states(topic.id())
                        .map(states -> new Watchable(conversation.last(), states))));
    }

    @Override
    public Mono<List<Update>> states(Topic topic) {
        return readModels.upToDate(() -> receipts.states(topic.id())
                .flatMapIterable(states -> states)
                .concatWith(reactions.latest(topic))
                .collectList());
    }

    @Override
    public boolean isAggregate() {
        return true;
    }

    @Override
    public Flux<Update> missed(Topic topic, long after) {
        return readModels
                .upToDate(() -> access.known(topic.id()))
                .flatMapMany(conversation -> missed.read(topic.id(), after, conversation.last()))
                .concatWith(reactions.since(topic, after));
    }

    private static OptionalLong seqWithText(ConversationEvent event) {
        return switch (event) {
            case MessageSent sent -> OptionalLong.of(sent.seq());
            case MessageEdited edited -> OptionalLong.of(edited.seq());
            default -> OptionalLong.empty();
        };
    }
}
