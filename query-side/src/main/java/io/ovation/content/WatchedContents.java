package io.ovation.content;

import java.util.List;
import java.util.OptionalLong;

import io.ovation.Caller;
import io.ovation.content.ContentEvent.CommentAdded;
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

import static io.ovation.content.ContentDocuments.COMMENTS;

/** Contents as topics: their comments in order, and their counters as a state. */
final class WatchedContents implements WatchedContext {
    private final ReadModels readModels;
    private final ContentAccess access;
    private final MissedEvents<ContentEvent> missed;
    private final Reactions reactions;

    /** @param scheduler whose threads may block: the event store does */
    WatchedContents(
            ReadModels readModels,
            DocumentStore documents,
            ContentAccess access,
            Reactions reactions,
            EventStore eventStore,
            Scheduler scheduler) {
        this.readModels = readModels;
        this.access = access;
        this.reactions = reactions;
        this.missed = new MissedEvents<>(
                ContentEvent.class,
                COMMENTS,
                ContentUpdates::of,
                WatchedContents::seqWithText,
                documents,
                eventStore,
                scheduler);
    }

    @Override
    public String context() {
        return Topic.content("").context();
    }

    @Override
    public Mono<Watchable> watchable(Topic topic, Caller by) {
        // the counters of what is not there are none: read side by side, none would come before the refusal, and be
        // taken for an answer without any
        return readModels.upToDate(() -> access.there(topic.id())
                .flatMap(content -> counters(topic)
                        .map(counters -> new Watchable(content.last(), List.of(counters)))));
    }

    @Override
    public Mono<List<Update>> states(Topic topic) {
        return readModels.upToDate(
                () -> counters(topic).concatWith(reactions.latest(topic)).collectList());
    }

    @Override
    public boolean isAggregate() {
        return true;
    }

    @Override
    public Flux<Update> missed(Topic topic, long after) {
        return readModels
                .upToDate(() -> access.there(topic.id()))
                .flatMapMany(content -> missed.read(topic.id(), after, content.last()))
                .concatWith(reactions.since(topic, after));
    }

    private Mono<Update> counters(Topic topic) {
        return access.counters(topic.id())
                .map(counters -> new Update(
                        topic, counters.getLong(DocumentStore.POSITION), CounterDocuments.frame(topic.id(), counters)));
    }

    private static OptionalLong seqWithText(ContentEvent event) {
        return event instanceof CommentAdded added ? OptionalLong.of(added.seq()) : OptionalLong.empty();
    }
}
