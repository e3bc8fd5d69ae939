package io.ovation.documents;

import java.time.Duration;
import java.util.function.Supplier;

import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.StreamableMessageSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.function.SingletonSupplier;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Follows the read models from the start until they hold what was in the log then: tells the log file how far they are,
 * and readiness when they are there. Once there, it stays ready: a MongoDB that is away later stops reading, not
 * sending.
 */
final class CatchUp implements SmartLifecycle, ReactiveHealthIndicator {
    private static final Logger log = LoggerFactory.getLogger(CatchUp.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final StreamableMessageSource<TrackedEventMessage<?>> eventLog;
    private final Positions positions;
    private final DocumentHome home;
    private final Scheduler scheduler;
    private volatile boolean done;
    private volatile @Nullable Disposable following;

    CatchUp(
            StreamableMessageSource<TrackedEventMessage<?>> eventLog,
            Positions positions,
            DocumentHome home,
            Scheduler scheduler) {
        this.eventLog = eventLog;
        this.positions = positions;
        this.home = home;
        this.scheduler = scheduler;
    }

    @Override
    public void start() {
        long tail = Math.max(-1, ReadModels.position(eventLog.createTailToken()));
        long head = ReadModels.position(eventLog.createHeadToken());
        long start = System.nanoTime();
        // from where on there is something to read, the processors find out, a moment later
        Supplier<Progress> progress = SingletonSupplier.of(() -> {
            long began = positions.began();
            return new Progress(began == Long.MIN_VALUE ? head : Math.max(tail, began), head, start);
        });
        following = Flux.interval(PERIOD, scheduler)
                .filter(second -> positions.began() != Long.MIN_VALUE)
                .doOnNext(second -> log.info("{}", progress.get().next(positions.position())))
                .takeUntilOther(awaitAll(head).publishOn(scheduler))
                .doOnComplete(() -> {
                    done = true;
                    if (progress.get().total() > 0) {
                        log.info("{}", progress.get().end());
                    }
                })
                .subscribe();
    }

    private Mono<Void> awaitAll(long head) {
        return Mono.when(positions.projections().stream()
                .map(name -> positions.of(name)
                        .await(head)
                        .publishOn(scheduler)
                        .then(Mono.fromRunnable(() -> caughtUp(name))))
                .toList());
    }

    private void caughtUp(String projection) {
        try {
            home.caughtUp(projection);
        } catch (RuntimeException e) {
            log.warn("Documents of other versions of {} could not be deleted", projection, e);
        }
    }

    @Override
    public void stop() {
        Disposable running = following;
        following = null;
        if (running != null) {
            running.dispose();
        }
    }

    @Override
    public boolean isRunning() {
        return following != null;
    }

    @Override
    public Mono<Health> health() {
        return Mono.fromSupplier(
                () -> done ? Health.up().build() : Health.outOfService().build());
    }
}
