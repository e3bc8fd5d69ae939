package io.ovation.documents;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.ovation.Unavailable;
import io.ovation.cluster.LogHead;
import org.axonframework.eventhandling.TrackingToken;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The way to ask the read models: an answer is never older than what this node had made durable when the question came
 * in, or it is {@link Unavailable}. May be called on an event loop.
 */
public final class ReadModels {
    private static final Logger log = LoggerFactory.getLogger(ReadModels.class);

    /**
     * Reactor's key for what is to be done with an error that comes after a timeout; without it each is an ERROR with a
     * stack trace.
     */
    private static final String ON_ERROR_DROPPED = "reactor.onErrorDropped.local";

    private final LogHead eventLog;
    private final Projected projected;
    private final Duration timeout;
    private final Scheduler scheduler;

    /**
     * @param scheduler whose threads may block: looking for the log's head, and the driver's connection pool, take
     *     locks
     */
    ReadModels(
            LogHead eventLog,
            Projected projected,
            Duration timeout,
            Scheduler scheduler) {
        this.eventLog = eventLog;
        this.projected = projected;
        this.timeout = timeout;
        this.scheduler = scheduler;
    }

    /**
     * Answers a query. What Axon's query bus needs is a future: given a {@link Mono} it would block the caller.
     *
     * @param reading is called once the read models are up to date
     */
    public <T> CompletableFuture<T> answer(Supplier<Mono<T>> reading) {
        return upToDate(reading).toFuture();
    }

    /** Like {@link #answer}, as part of a stream. */
    public <T> Mono<T> upToDate(Supplier<Mono<T>> reading) {
        return Mono.defer(this::upToDate)
                .then(Mono.defer(reading))
                .timeout(timeout)
                .onErrorMap(ReadModels::unavailable)
                .contextWrite(context -> context.put(ON_ERROR_DROPPED, (Consumer<Throwable>) ReadModels::tooLate))
                .subscribeOn(scheduler);
    }

    /**
     * Completes when the event at a position, which some document shows, is in all of them: what is read then is not
     * behind that document. For use within {@link #answer}, whose timeout holds.
     */
    public Mono<Void> whole(long position) {
        return projected.position() >= position
                ? Mono.empty()
                : projected.await(position).publishOn(scheduler);
    }

    /** Up to which position of the log everything is in the documents; {@link Long#MIN_VALUE} while nobody knows. */
    public long position() {
        return projected.position();
    }

    /** What reading failed with, as the client is told. */
    public static Throwable unavailable(Throwable e) {
        return switch (Exceptions.isMultiple(e) ? Exceptions.unwrapMultiple(e).getFirst() : e) {
            case TimeoutException late -> new Unavailable("The history is behind; try again", 1);
            case StoreUnavailable broken -> {
                // the processor, which meets the same, warns
                log.debug("The read models cannot be read", broken);
                yield new Unavailable("The history cannot be read now", 1);
            }
            case Throwable other -> other;
        };
    }

    private static void tooLate(Throwable e) {
        log.debug("The read models failed after the question was given up", e);
    }

    private Mono<Void> upToDate() {
        CompletableFuture<Long> head = eventLog.now().toCompletableFuture();
        // whoever answers the question must not do what follows from it, since others wait for the next
        return head.isDone()
                ? Mono.fromFuture(head).flatMap(this::whole)
                : Mono.fromFuture(head).publishOn(scheduler).flatMap(this::whole);
    }

    /** The position of a token; -1, before every event, where there is none. */
    static long position(@Nullable TrackingToken token) {
        return token == null ? -1 : token.position().orElse(-1);
    }
}
