package io.ovation.replay;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.ovation.replay.ReplayQuery.EventPage;
import io.ovation.replay.ReplayQuery.FindEvents;
import io.ovation.replay.ReplayQuery.FindLogRange;
import io.ovation.replay.ReplayQuery.FollowAggregate;
import io.ovation.replay.ReplayQuery.LogRange;
import io.ovation.replay.ReplayRejection.AnalystsOnly;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.StreamableMessageSource;
import org.axonframework.queryhandling.QueryHandler;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** Answers analysts from the log itself. */
final class ReplayQueries {
    /** What {@link FollowAggregate} promises. */
    private static final Duration PACE = Duration.ofMillis(200);

    private final EventRows events;
    private final Supplier<StreamableMessageSource<TrackedEventMessage<?>>> log;
    private final Executor threads;

    /** @param threads give each piece of work a thread that may block */
    ReplayQueries(EventRows events, Supplier<StreamableMessageSource<TrackedEventMessage<?>>> log, Executor threads) {
        this.events = events;
        this.log = log;
        this.threads = threads;
    }

    @QueryHandler
    CompletableFuture<LogRange> handle(FindLogRange query) {
        byAnalyst(query);
        return CompletableFuture.supplyAsync(() -> events.range(query.filter(), query.after(), query.log()), threads);
    }

    @QueryHandler
    Flux<EventPage> handle(FindEvents query) {
        byAnalyst(query);
        return read(query, Duration.ZERO);
    }

    @QueryHandler
    Flux<EventPage> handle(FollowAggregate query) {
        byAnalyst(query);
        FindEvents all = new FindEvents(query.filter(), query.after(), null, null, query.log(), query.by());
        return read(all, PACE);
    }

    private Flux<EventPage> read(FindEvents query, Duration pace) {
        long limit = query.limit() == null ? Long.MAX_VALUE : query.limit();
        return Flux.defer(() -> {
            EventRows.Pages pages = events.pages(query.filter(), query.log());
            return new Flux<EventPage>() {
                @Override
                public void subscribe(CoreSubscriber<? super EventPage> reader) {
                    LogReading reading =
                            new LogReading(pages, query.after(), query.end(), limit, log.get(), threads, pace, reader);
                    reader.onSubscribe(reading);
                    reading.wake();
                }
            };
        });
    }

    private static void byAnalyst(ReplayQuery query) {
        if (!query.by().mayReadEvents()) {
            throw new AnalystsOnly();
        }
    }
}
