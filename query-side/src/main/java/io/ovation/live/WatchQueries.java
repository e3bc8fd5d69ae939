package io.ovation.live;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.ovation.live.Watch.FindMissed;
import io.ovation.live.Watch.FindPlace;
import io.ovation.live.Watch.FindStates;
import io.ovation.live.Watch.FindWatchable;
import io.ovation.live.Watch.Placed;
import io.ovation.live.Watch.States;
import io.ovation.live.Watch.WatchTopic;
import io.ovation.live.Watch.Watchable;
import io.ovation.log.LogPlaces;
import org.axonframework.queryhandling.QueryHandler;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Hands the questions of {@link Watch} to the context of their topic. */
final class WatchQueries {
    private final Map<String, WatchedContext> contexts;
    private final LogPlaces places;

    WatchQueries(Collection<WatchedContext> contexts, LogPlaces places) {
        this.places = places;
        this.contexts = contexts.stream().collect(Collectors.toMap(WatchedContext::context, Function.identity()));
    }

    @QueryHandler
    CompletableFuture<Watchable> handle(FindWatchable query) {
        return of(query.topic()).watchable(query.topic(), query.by()).toFuture();
    }

    @QueryHandler
    CompletableFuture<States> handle(FindStates query) {
        return of(query.topic()).states(query.topic()).map(States::new).toFuture();
    }

    @QueryHandler
    Flux<Update> handle(FindMissed query) {
        return of(query.topic()).missed(query.topic(), query.after());
    }

    /** What is no context's counts by positions. */
    @QueryHandler
    CompletableFuture<Placed> handle(FindPlace query) {
        @Nullable WatchedContext context = contexts.get(query.topic().context());
        return (context != null && context.isAggregate()
                        ? places.hasEvent(query.log(), query.topic().id(), query.sequence())
                        : places.hasPosition(query.log(), query.sequence()))
                .map(Placed::new)
                .toFuture();
    }

    /** The initial answer of the subscription query, which says nothing: what is new is all that is asked for. */
    @QueryHandler
    CompletableFuture<@Nullable Update> handle(WatchTopic query) {
        return CompletableFuture.completedFuture(null);
    }

    private WatchedContext of(Topic topic) {
        @Nullable WatchedContext context = contexts.get(topic.context());
        if (context == null) {
            throw new IllegalArgumentException("Nothing to watch in the context " + topic.context());
        }
        return context;
    }
}
