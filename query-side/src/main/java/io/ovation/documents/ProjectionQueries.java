package io.ovation.documents;

import java.util.Comparator;
import java.util.concurrent.CompletableFuture;

import io.ovation.projection.ProjectionQuery.Building;
import io.ovation.projection.ProjectionQuery.DeadLetterView;
import io.ovation.projection.ProjectionQuery.DeadLettersView;
import io.ovation.projection.ProjectionQuery.Done;
import io.ovation.projection.ProjectionQuery.DropDeadLetter;
import io.ovation.projection.ProjectionQuery.FindDeadLetters;
import io.ovation.projection.ProjectionQuery.FindProjections;
import io.ovation.projection.ProjectionQuery.ProjectionView;
import io.ovation.projection.ProjectionQuery.ProjectionsView;
import io.ovation.projection.ProjectionQuery.RebuildProjection;
import io.ovation.projection.ProjectionQuery.RetryDeadLetter;
import io.ovation.projection.ProjectionRejection.DeadLetterNotFound;
import io.ovation.projection.ProjectionRejection.ProjectionNotFound;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.StreamableMessageSource;
import org.axonframework.queryhandling.QueryHandler;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** What an operator asks of the projections. Thread-safe. */
final class ProjectionQueries {
    private final StreamableMessageSource<TrackedEventMessage<?>> eventLog;
    private final Projectors projections;
    private final Scheduler scheduler;

    /** @param scheduler whose threads may block */
    ProjectionQueries(
            StreamableMessageSource<TrackedEventMessage<?>> eventLog,
            Projectors projections,
            Scheduler scheduler) {
        this.eventLog = eventLog;
        this.projections = projections;
        this.scheduler = scheduler;
    }

    @QueryHandler
    ProjectionsView handle(FindProjections query) {
        long head = ReadModels.position(eventLog.createHeadToken());
        return new ProjectionsView(
                projections.all().stream().map(each -> view(each, head)).toList());
    }

    private static ProjectionView view(Projector projection, long head) {
        long position = Math.max(-1, projection.projected().position());
        long lag = Math.max(0, head - position);
        Projected rebuilt = projection.rebuild().progress();
        return new ProjectionView(
                projection.name(),
                projection.version(),
                position,
                head,
                lag,
                Math.round(projection.projected().eventsPerSecond()),
                state(projection, lag),
                rebuilt == null && projection.projected().isBuilding()
                        ? building(projection.projected())
                        : rebuilt == null ? null : building(rebuilt));
    }

    private static String state(Projector projection, long lag) {
        if (!projection.letters().isEmpty()) {
            return "degraded";
        }
        if (projection.projected().isBuilding() || projection.rebuild().progress() != null) {
            return "building";
        }
        return lag == 0 ? "live" : "behind";
    }

    private static Building building(Projected projected) {
        long left = projected.secondsLeft();
        return new Building(
                Math.max(-1, projected.position()),
                Math.round(projected.built() * 100) / 100.0,
                Math.round(projected.eventsPerSecond()),
                left < 0 ? null : left);
    }

    @QueryHandler
    DeadLettersView handle(FindDeadLetters query) {
        return new DeadLettersView(projections.all().stream()
                .flatMap(each -> each.letters().all().stream().map(letter -> view(each, letter)))
                .sorted(Comparator.comparingLong(DeadLetterView::position))
                .toList());
    }

    private static DeadLetterView view(Projector projection, DeadLetter letter) {
        return new DeadLetterView(
                DeadLetter.id(projection.name(), letter.eventId()),
                projection.name(),
                letter.sequence(),
                letter.position(),
                letter.type(),
                letter.reason(),
                letter.since());
    }

    @QueryHandler
    CompletableFuture<Done> handle(RetryDeadLetter query) {
        return take(query.deadLetterId(), false);
    }

    @QueryHandler
    CompletableFuture<Done> handle(DropDeadLetter query) {
        return take(query.deadLetterId(), true);
    }

    @QueryHandler
    CompletableFuture<Done> handle(RebuildProjection query) {
        return Mono.fromRunnable(() -> named(query.name()).rebuild().begin())
                .subscribeOn(scheduler)
                .onErrorMap(ReadModels::unavailable)
                .thenReturn(new Done())
                .toFuture();
    }

    private Projector named(String name) {
        return projections.all().stream()
                .filter(each -> each.name().equals(name))
                .findAny()
                .orElseThrow(ProjectionNotFound::new);
    }

    private CompletableFuture<Done> take(String id, boolean without) {
        return Mono.fromCallable(() -> takeNow(id, without))
                .subscribeOn(scheduler)
                .onErrorMap(ReadModels::unavailable)
                .thenReturn(new Done())
                .toFuture();
    }

    private boolean takeNow(String id, boolean without) throws InterruptedException {
        String[] parts = id.split(DeadLetter.SEPARATOR, 2);
        Projector projection = projections.all().stream()
                .filter(each -> parts.length == 2 && each.name().equals(parts[0]))
                .findAny()
                .orElseThrow(DeadLetterNotFound::new);
        projection.tries().take(parts[1], without);
        return true;
    }
}
