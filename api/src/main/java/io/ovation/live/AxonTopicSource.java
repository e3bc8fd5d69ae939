package io.ovation.live;

import io.ovation.Caller;
import io.ovation.live.Watch.FindMissed;
import io.ovation.live.Watch.FindWatchable;
import io.ovation.live.Watch.WatchTopic;
import io.ovation.live.Watch.Watchable;
import java.time.Duration;
import org.axonframework.messaging.responsetypes.ResponseTypes;
import org.axonframework.queryhandling.QueryGateway;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The three questions of {@link Watch}, asked through Axon. */
final class AxonTopicSource implements TopicSource {
    /** Updates are taken on the emitter's thread, and nothing piles up but in the moment of subscribing. */
    private static final int UPDATE_BUFFER = 256;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final QueryGateway queries;

    AxonTopicSource(QueryGateway queries) {
        this.queries = queries;
    }

    @Override
    public Flux<Update> updates(Topic topic) {
        return Flux.using(
                () -> queries.subscriptionQuery(
                        new WatchTopic(topic),
                        ResponseTypes.instanceOf(Object.class),
                        ResponseTypes.instanceOf(Update.class),
                        UPDATE_BUFFER),
                // the initial answer says nothing, and is never asked for
                subscription -> subscription.updates(),
                subscription -> subscription.cancel());
    }

    @Override
    public Mono<Watchable> watchable(Topic topic, Caller caller) {
        return Mono.fromFuture(() -> queries.query(new FindWatchable(topic, caller), Watchable.class)).timeout(PATIENCE);
    }

    @Override
    public Publisher<Update> missed(Topic topic, long after) {
        return queries.streamingQuery(new FindMissed(topic, after), Update.class);
    }
}
