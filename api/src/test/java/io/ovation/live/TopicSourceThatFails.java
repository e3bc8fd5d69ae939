package io.ovation.live;

import java.util.List;

import io.ovation.Caller;
import io.ovation.Unavailable;
import io.ovation.live.Watch.Watchable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A source whose log cannot be read. */
record TopicSourceThatFails(TopicSource other) implements TopicSource {
    @Override
    public String current() {
        return other.current();
    }

    @Override
    public Mono<Boolean> placed(Topic topic, long sequence, String log) {
        return other.placed(topic, sequence, log);
    }

    @Override
    public Flux<Update> updates(Topic topic) {
        return other.updates(topic);
    }

    @Override
    public Mono<Watchable> watchable(Topic topic, Caller caller) {
        return other.watchable(topic, caller);
    }

    @Override
    public Mono<List<Update>> states(Topic topic) {
        return other.states(topic);
    }

    @Override
    public Publisher<Update> missed(Topic topic, long after) {
        return Flux.error(new Unavailable("The log cannot be read", 1));
    }
}
