package io.ovation.documents;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
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
import reactor.core.scheduler.Schedulers;

/**
 * The way to ask the read models: an answer has all in it that must be there, or it is {@link Unavailable}. Only the
 * projections that are read are waited for. Thread-safe, and may be called on an event loop.
 */
public final class ReadModels {
    private static final Logger log = LoggerFactory.getLogger(ReadModels.class);

    /**
     * Reactor's key for what is to be done with an error that comes after a timeout; without it each is an ERROR with a
     * stack trace.
     */
    private static final String ON_ERROR_DROPPED = "reactor.onErrorDropped.local";

    private final LogHead eventLog;
    private final Positions positions;
    private final Owed owed;
    private final HistorySettings settings;
    private final Scheduler scheduler;
    private final List<String> names;
    private final List<Projected> read;

    /**
     * @param scheduler whose threads may block: looking for the log's head, and the driver's connection pool, take
     *     locks
     */
    ReadModels(
            LogHead eventLog, Positions positions, Owed owed, HistorySettings settings, Scheduler scheduler) {
        this(eventLog, positions, owed, settings, scheduler, List.copyOf(positions.projections()));
    }

    private ReadModels(
            LogHead eventLog,
            Positions positions,
            Owed owed,
            HistorySettings settings,
            Scheduler scheduler,
            List<String> names) {
        this.eventLog = eventLog;
        this.positions = positions;
        this.owed = owed;
        this.settings = settings;
        this.scheduler = scheduler;
        this.names = names;
        this.read = names.stream().map(positions::of).toList();
    }

    /** For answers from the documents of these projections alone. */
    public ReadModels of(String... projections) {
        return new ReadModels(eventLog, positions, owed, settings, scheduler, List.of(projections));
    }

    /**
     * Answers a query with all that was durable when it came in. What Axon's query bus needs is a future: given a
     * {@link Mono} it would block the caller.
     *
     * @param reading is called once the read models are up to date
     */
    public <T> CompletableFuture<T> answer(Supplier<Mono<T>> reading) {
        return upToDate(reading).toFuture();
    }

    /**
     * Answers a query with all that must be in the answer. What else was durable when it came in is waited for just a
     * little.
     *
     * @param interests whose events must be in it
     * @param reading is called once the read models are up to date
     */
    public <T> CompletableFuture<T> answer(Collection<Interest> interests, Supplier<Mono<T>> reading) {
        return when(head -> whole(head, interests), reading).toFuture();
    }

    /** Like {@link #answer(Supplier)}, as part of a stream. */
    public <T> Mono<T> upToDate(Supplier<Mono<T>> reading) {
        return when(this::whole, reading);
    }

    private <T> Mono<T> when(Function<Long, Mono<Void>> upToDate, Supplier<Mono<T>> reading) {
        return Mono.defer(() -> {
                    long left = secondsLeft();
                    return left > settings.timeout().toSeconds()
                            ? Mono.error(building(left))
                            : head().flatMap(upToDate);
                })
                .then(Mono.defer(reading))
                .timeout(settings.timeout())
                .onErrorMap(TimeoutException.class, this::late)
                .onErrorMap(ReadModels::unavailable)
                .contextWrite(context -> context.put(ON_ERROR_DROPPED, (Consumer<Throwable>) ReadModels::tooLate))
                .subscribeOn(scheduler);
    }

    /**
     * Completes when the event at a position, which some document shows, is in all of them: what is read then is not
     * behind that document. For use within {@link #answer}, whose timeout holds.
     */
    public Mono<Void> whole(long position) {
        return position() >= position ? Mono.empty() : await(position).publishOn(scheduler);
    }

    private Mono<Void> whole(long head, Collection<Interest> interests) {
        if (position() >= head) {
            return Mono.empty();
        }
        Mono<Void> must = Mono.when(names.stream()
                .map(name -> owed.to(interests, name, head).flatMap(positions.of(name)::awaitAtLeast))
                .toList());
        Mono<Long> patience = Mono.delay(settings.others(), Schedulers.parallel());
        return Mono.firstWithSignal(await(head), Mono.when(must, patience)).publishOn(scheduler);
    }

    private Mono<Void> await(long position) {
        return Mono.when(read.stream().map(each -> each.await(position)).toList());
    }

    /** Up to which position of the log everything is in the documents; {@link Long#MIN_VALUE} while nobody knows. */
    public long position() {
        return read.stream().mapToLong(Projected::position).min().orElse(Long.MIN_VALUE);
    }

    private Unavailable late(TimeoutException e) {
        long left = secondsLeft();
        return left > 0 ? building(left) : new Unavailable("The history is behind; try again", 1);
    }

    private static Unavailable building(long secondsLeft) {
        int retryAfter = (int) Math.min(secondsLeft, TimeUnit.HOURS.toSeconds(1));
        return new Unavailable("The history is being built; try again then", retryAfter);
    }

    /** Until all that is read is built; 0 where it is, or where nobody knows. */
    private long secondsLeft() {
        return read.stream().mapToLong(Projected::secondsLeft).max().orElse(0);
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

    private Mono<Long> head() {
        CompletableFuture<Long> head = eventLog.now().toCompletableFuture();
        // whoever answers the question must not do what follows from it, since others wait for the next
        return head.isDone() ? Mono.fromFuture(head) : Mono.fromFuture(head).publishOn(scheduler);
    }

    /** The position of a token; -1, before every event, where there is none. */
    static long position(@Nullable TrackingToken token) {
        return token == null ? -1 : token.position().orElse(-1);
    }
}
