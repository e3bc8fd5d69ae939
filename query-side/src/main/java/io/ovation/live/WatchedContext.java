package io.ovation.live;

import java.util.List;

import io.ovation.Caller;
import io.ovation.live.Watch.Watchable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A context whose topics can be watched; a bean of each context answers the questions of {@link Watch} for its own. May
 * be called on an event loop.
 */
public interface WatchedContext {
    /** The {@link Topic#context()} that this is. */
    String context();

    /**
     * Whether the caller may watch the topic now, and how it stands; fails with a {@link io.ovation.Rejection} where
     * not.
     */
    Mono<Watchable> watchable(Topic topic, Caller by);

    /**
     * The current states of the topic, each as an update: those that {@link #watchable} tells. None unless a context
     * has some.
     */
    default Mono<List<Update>> states(Topic topic) {
        return Mono.just(List.of());
    }

    /**
     * Whether a sequence of these topics is that of an event in the aggregate that has the topic's id; else it is a
     * position in the log.
     */
    default boolean isAggregate() {
        return false;
    }

    /**
     * What was told on the topic above the sequence, in order, up to what is durable when it is subscribed to; without
     * text that was redacted since.
     */
    Flux<Update> missed(Topic topic, long after);
}
