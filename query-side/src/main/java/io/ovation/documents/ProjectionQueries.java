package io.ovation.documents;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.ovation.projection.ProjectionQuery.DeadLetterView;
import io.ovation.projection.ProjectionQuery.DeadLettersView;
import io.ovation.projection.ProjectionQuery.Done;
import io.ovation.projection.ProjectionQuery.DropDeadLetter;
import io.ovation.projection.ProjectionQuery.FindDeadLetters;
import io.ovation.projection.ProjectionQuery.FindProjections;
import io.ovation.projection.ProjectionQuery.ProjectionView;
import io.ovation.projection.ProjectionQuery.ProjectionsView;
import io.ovation.projection.ProjectionQuery.RetryDeadLetter;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.StreamableMessageSource;
import org.axonframework.queryhandling.QueryHandler;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** What an operator asks of the projections. Thread-safe. */
final class ProjectionQueries {
    private final StreamableMessageSource<TrackedEventMessage<?>> eventLog;
    private final Projected projected;
    private final DeadLetters letters;
    private final SecondTries tries;
    private final Scheduler scheduler;

    /** @param scheduler whose threads may block */
    ProjectionQueries(
            StreamableMessageSource<TrackedEventMessage<?>> eventLog,
            Projected projected,
            DeadLetters letters,
            SecondTries tries,
            Scheduler scheduler) {
        this.eventLog = eventLog;
        this.projected = projected;
        this.letters = letters;
        this.tries = tries;
        this.scheduler = scheduler;
    }

    @QueryHandler
    ProjectionsView handle(FindProjections query) {
        long head = ReadModels.position(eventLog.createHeadToken());
        long position = Math.max(-1, projected.position());
        long lag = Math.max(0, head - position);
        String state = letters.isEmpty() ? lag == 0 ? "live" : "behind" : "degraded";
        return new ProjectionsView(List.of(new ProjectionView(HistoryProcessor.NAME, position, head, lag, state)));
    }

    @QueryHandler
    DeadLettersView handle(FindDeadLetters query) {
        return new DeadLettersView(letters.all().stream()
                .sorted(Comparator.comparingLong(DeadLetter::position))
                .map(letter -> new DeadLetterView(
                        letter.eventId(),
                        HistoryProcessor.NAME,
                        letter.sequence(),
                        letter.position(),
                        letter.type(),
                        letter.reason(),
                        letter.since()))
                .toList());
    }

    @QueryHandler
    CompletableFuture<Done> handle(RetryDeadLetter query) {
        return take(query.deadLetterId(), false);
    }

    @QueryHandler
    CompletableFuture<Done> handle(DropDeadLetter query) {
        return take(query.deadLetterId(), true);
    }

    private CompletableFuture<Done> take(String eventId, boolean without) {
        return Mono.fromRunnable(() -> tries.take(eventId, without))
                .subscribeOn(scheduler)
                .onErrorMap(ReadModels::unavailable)
                .thenReturn(new Done())
                .toFuture();
    }
}
