package io.ovation.live;

import java.time.Duration;
import java.util.List;

import io.ovation.Caller;
import io.ovation.presence.PresenceQuery.FindPresence;
import io.ovation.presence.PresenceQuery.People;
import org.axonframework.queryhandling.QueryGateway;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Both asked through Axon. */
final class AxonPeopleSource implements PeopleSource {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final QueryGateway queries;
    private final TopicSource topics;

    AxonPeopleSource(QueryGateway queries, TopicSource topics) {
        this.queries = queries;
        this.topics = topics;
    }

    @Override
    public Flux<Update> updates() {
        return topics.updates(Topic.presence());
    }

    @Override
    public Mono<People> people(List<String> users, Caller by) {
        return Mono.fromFuture(() -> queries.query(new FindPresence(users, by), People.class))
                .timeout(PATIENCE);
    }
}
