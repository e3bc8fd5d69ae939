package io.ovation.live;

import io.ovation.Caller;
import io.ovation.live.Watch.Watchable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A context whose topics can be watched; a bean of each context answers the questions of {@link Watch} for its own. May be called on an
 * event loop.
 */
public interface WatchedContext {
    /** The {@link Topic#context()} that this is. */
    String context();

    /** Whether the caller may watch the topic now; fails with a {@link io.ovation.Rejection} where not. */
    Mono<Watchable> watchable(Topic topic, Caller by);

    /**
     * What was told on the topic above the sequence, in order, up to what is durable when it is subscribed to; without text that was
     * redacted since.
     */
    Flux<Update> missed(Topic topic, long after);
}
