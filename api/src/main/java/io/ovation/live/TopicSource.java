package io.ovation.live;

import java.util.List;

import io.ovation.Caller;
import io.ovation.live.Watch.Watchable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Where topics come from. */
interface TopicSource extends LogIdentity {
    /**
     * What is new from the moment of the subscription on. It ends only when something was dropped or the source goes
     * away.
     */
    Flux<Update> updates(Topic topic);

    /** Whether the caller may watch the topic, as of what was durable when it was subscribed to, or later. */
    Mono<Watchable> watchable(Topic topic, Caller caller);

    /** Whether a place, told when the log had that id, is one of the topic still; fails where that can't be known. */
    Mono<Boolean> placed(Topic topic, long sequence, String log);

    /** The current states of the topic, each as an update. */
    Mono<List<Update>> states(Topic topic);

    /** What came after a sequence, up to what was durable when it was subscribed to; with backpressure. */
    Publisher<Update> missed(Topic topic, long after);
}
