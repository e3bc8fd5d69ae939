package io.ovation.live;

import java.time.Duration;
import java.util.List;

import io.ovation.Caller;
import io.ovation.Unavailable;
import io.ovation.live.Watch.FindMissed;
import io.ovation.live.Watch.FindPlace;
import io.ovation.live.Watch.FindStates;
import io.ovation.live.Watch.FindWatchable;
import io.ovation.live.Watch.Placed;
import io.ovation.live.Watch.States;
import io.ovation.live.Watch.WatchTopic;
import io.ovation.live.Watch.Watchable;
import org.axonframework.messaging.responsetypes.ResponseTypes;
import org.axonframework.queryhandling.QueryGateway;
import org.axonframework.queryhandling.SubscriptionQueryResult;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The three questions of {@link Watch}, asked through Axon. */
final class AxonTopicSource implements TopicSource {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Updates that may wait while others of the topic are told: more than may be told ahead of the watchers. */
    private static final int MOST_WAITING = 1_024;

    private final QueryGateway queries;
    private final LogIdentity log;

    AxonTopicSource(QueryGateway queries, LogIdentity log) {
        this.queries = queries;
        this.log = log;
    }

    @Override
    public String current() {
        return log.current();
    }

    @Override
    public Mono<Boolean> placed(Topic topic, long sequence, String id) {
        return answer(new FindPlace(topic, sequence, id), Placed.class).map(Placed::there);
    }

    @Override
    public Flux<Update> updates(Topic topic) {
        return Flux.using(
                () -> queries.subscriptionQuery(
                        WatchTopic.class.getName(),
                        new WatchTopic(topic),
                        ResponseTypes.instanceOf(Object.class),
                        ResponseTypes.instanceOf(Update.class),
                        MOST_WAITING),
                // the initial answer says nothing, and is never asked for
                SubscriptionQueryResult::updates,
                SubscriptionQueryResult::cancel);
    }

    @Override
    public Mono<Watchable> watchable(Topic topic, Caller caller) {
        return answer(new FindWatchable(topic, caller), Watchable.class);
    }

    @Override
    public Mono<List<Update>> states(Topic topic) {
        return answer(new FindStates(topic), States.class).map(States::states);
    }

    /** A watcher that got neither an answer nor a refusal would wait in silence. */
    private <A> Mono<A> answer(Watch question, Class<A> type) {
        return Mono.fromFuture(() -> queries.query(question, type))
                .timeout(PATIENCE)
                .switchIfEmpty(Mono.error(() -> new Unavailable("The stream cannot begin now", 1)));
    }

    @Override
    public Publisher<Update> missed(Topic topic, long after) {
        return queries.streamingQuery(new FindMissed(topic, after), Update.class);
    }
}
