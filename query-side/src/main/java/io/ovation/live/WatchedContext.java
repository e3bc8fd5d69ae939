package io.ovation.live;

import java.util.List;
import java.util.Set;

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

    /** Which of these entries have been redacted up to now. None unless a context has texts that can be. */
    default Mono<Set<Long>> redacted(Topic topic, Set<Long> seqs) {
        return Mono.just(Set.of());
    }

    /**
     * What was told on the topic above the sequence, in order, up to what is durable when it is subscribed to; without
     * text that was redacted since.
     */
    Flux<Update> missed(Topic topic, long after);
}
