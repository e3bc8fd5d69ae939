package io.ovation.presence;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;

import com.github.f4b6a3.uuid.UuidCreator;
import io.ovation.ErrorCode;
import io.ovation.Rejection;
import io.ovation.operation.Gateways;
import io.ovation.presence.PresenceQuery.FindOpenSessions;
import io.ovation.presence.PresenceQuery.OpenSessions;
import io.ovation.presence.SessionCommand.CloseSession;
import io.ovation.presence.SessionCommand.OpenSession;
import io.ovation.presence.Stay.Deed;
import io.ovation.presence.Stay.Outcome;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;
import reactor.util.retry.Retry;

/**
 * Who is connected to this node. The edges say of each connection and stream when it begins and ends; a user's first
 * opens a session, and once the grace after the last is over, it is closed. No connection waits for that, or fails with
 * it: what cannot be recorded now is tried again for as long as it is so.
 *
 * <p>A node that stops closes all of its sessions. What one left open that died is closed after its next start on the
 * same data, once the grace is over in which people come back: they do not seem to have gone then. For any number of
 * threads; never blocks.
 */
public final class Attendance implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Attendance.class);

    /** After the connections have ended, and before the web server stops gracefully ({@code DEFAULT_PHASE - 1024}). */
    static final int PHASE = DEFAULT_PHASE - 896;

    /** Commands under way at once: thousands who come back must not take the places of what people send. */
    private static final int AT_ONCE = 64;

    private static final Duration FIRST_RETRY = Duration.ofMillis(250);
    private static final Duration LAST_RETRY = Duration.ofSeconds(5);
    private static final int DOUBLINGS = 5;
    private static final Duration TIME_TO_STOP = Duration.ofSeconds(5);

    private final Map<String, Stay> stays = new ConcurrentHashMap<>();
    /** Other nodes that have gone, whose sessions are being closed. */
    private final Set<String> closing = ConcurrentHashMap.newKeySet();

    private final Set<String> sessions = ConcurrentHashMap.newKeySet();
    private final Sinks.Many<Mono<Void>> deeds = Sinks.unsafe()
            .many()
            .unicast()
            .onBackpressureBuffer(
                    // for several producers, and the sink drains it one at a time; there is one deed a user at most
                    Queues.<Mono<Void>>unboundedMultiproducer().get());
    private final Disposable.Swap leftovers = Disposables.swap();
    private final Disposable.Composite others = Disposables.composite();
    private final AtomicReference<@Nullable Runnable> whenEmpty = new AtomicReference<>();
    private final Gateways gateways;
    private final String node;
    private final Duration grace;
    private final Clock clock;
    private final Scheduler scheduler;
    private final Predicate<String> isHere;
    private volatile boolean running;
    private volatile boolean leaving;

    /**
     * @param node the id of this node, the same after a restart
     * @param scheduler for the grace, and for trying again
     * @param isHere whether another node is there: then its sessions are its own
     */
    Attendance(
            Gateways gateways,
            String node,
            Duration grace,
            Clock clock,
            Scheduler scheduler,
            Predicate<String> isHere) {
        this.isHere = isHere;
        this.gateways = gateways;
        this.node = node;
        this.grace = grace;
        this.clock = clock;
        this.scheduler = scheduler;
        deeds.asFlux().flatMap(deed -> deed, AT_ONCE).subscribe();
    }

    /** A place for a connection or stream of the user, not taken yet. */
    public Place place(String user) {
        return new Place(this, user);
    }

    /** How many people are here, or went within the grace, or are still to be recorded as gone. */
    public int people() {
        return stays.size();
    }

    void enter(String user) {
        if (!leaving) {
            change(user, Stay::enter);
        }
    }

    void leave(String user) {
        if (leaving) {
            return;
        }
        AtomicReference<@Nullable Long> empty = new AtomicReference<>();
        change(user, stay -> {
            stay.leave();
            empty.set(stay.isEmpty() ? stay.turn() : null);
        });
        Long turn = empty.get();
        if (turn != null) {
            scheduler.schedule(
                    () -> change(user, stay -> stay.graceIsOver(turn)), grace.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Changes a stay, alone with it, and does what follows of that. */
    private void change(String user, Consumer<Stay> how) {
        AtomicReference<@Nullable Deed> next = new AtomicReference<>();
        stays.compute(user, (key, before) -> {
            Stay stay = before == null ? new Stay() : before;
            how.accept(stay);
            next.set(stay.next(Attendance::newSession));
            return stay.isOver() ? null : stay;
        });
        Deed deed = next.get();
        if (deed != null) {
            sessions.add(deed.session());
            // fails only where the node has gone
            deeds.tryEmitNext(perform(user, deed));
        }
        Runnable done = stays.isEmpty() ? whenEmpty.getAndSet(null) : null;
        if (done != null) {
            done.run();
        }
    }

    private Mono<Void> perform(String user, Deed deed) {
        return gateways.send(command(user, deed), Object.class)
                .then(Mono.just(Outcome.DONE))
                .onErrorResume(failure -> Mono.just(outcome(deed, failure)))
                .doOnNext(outcome -> did(user, deed, outcome))
                .then()
                .onErrorResume(defect -> {
                    // it must not end what everybody goes through
                    log.error("The presence of a user is not recorded any more", defect);
                    return Mono.empty();
                });
    }

    private void did(String user, Deed deed, Outcome outcome) {
        AtomicInteger failures = new AtomicInteger();
        change(user, stay -> {
            if (stay.did(deed, outcome)) {
                sessions.remove(deed.session());
            }
            failures.set(stay.failures());
            if (outcome == Outcome.DONE) {
                stay.free();
            }
        });
        if (outcome != Outcome.DONE) {
            log.debug("Not recorded, and tried again: {}", deed);
            Duration delay = FIRST_RETRY.multipliedBy(1L << Math.min(failures.get() - 1, DOUBLINGS));
            scheduler.schedule(
                    () -> change(user, Stay::free),
                    Math.min(delay.toMillis(), LAST_RETRY.toMillis()),
                    TimeUnit.MILLISECONDS);
        }
    }

    private SessionCommand command(String user, Deed deed) {
        return switch (deed) {
            case Deed.Open(String session) -> new OpenSession(session, user, node, now());
            case Deed.Close(String session, CloseReason reason) -> new CloseSession(session, reason, now());
        };
    }

    private static Outcome outcome(Deed deed, Throwable failure) {
        Rejection rejection = rejection(failure);
        if (rejection == null) {
            return Outcome.UNKNOWN;
        }
        return deed instanceof Deed.Close && neverOpened(rejection) ? Outcome.DONE : Outcome.REJECTED;
    }

    /** Then there is nothing to close. */
    private static boolean neverOpened(Rejection rejection) {
        return rejection.code() == ErrorCode.NOT_FOUND;
    }

    private static @Nullable Rejection rejection(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Rejection rejection) {
                return rejection;
            }
        }
        return null;
    }

    /** Closes what another node left open that is gone, once the grace is over in which its people come elsewhere. */
    void closeSessionsOf(String otherNode) {
        if (!leaving && closing.add(otherNode)) {
            log.info("A node has gone; its sessions are closed in {} s", grace.toSeconds());
            others.add(closeLeftovers(otherNode)
                    .doFinally(end -> closing.remove(otherNode))
                    .subscribe(
                            closed -> {},
                            failure -> log.error("The sessions of a node that has gone stay open", failure)));
        }
    }

    /**
     * This node was suspended or cut off, and the others may have closed its sessions: those that are closed are opened
     * again. It looks more than once, for what another node has begun ends a while after it knows that this one is
     * back.
     */
    void openAgain() {
        others.add(Flux.just(Duration.ZERO, grace, grace.multipliedBy(3))
                .concatMap(delay -> Mono.delay(delay, scheduler))
                .concatMap(time -> Mono.defer(this::lookForClosed).retryWhen(again()))
                .subscribe(done -> {}, failure -> log.error("Sessions of this node stay closed", failure)));
    }

    /** Of those that are open now: one that opens meanwhile may be missing in the answer. */
    private Mono<OpenSessions> lookForClosed() {
        Map<String, String> held = new HashMap<>();
        stays.keySet()
                .forEach(user -> stays.computeIfPresent(user, (same, stay) -> {
                    String session = stay.openSession();
                    if (session != null) {
                        held.put(user, session);
                    }
                    return stay;
                }));
        return gateways.ask(new FindOpenSessions(node), OpenSessions.class).doOnNext(open -> {
            held.values().removeAll(Set.copyOf(open.sessionIds()));
            held.forEach((user, session) -> change(user, stay -> {
                if (stay.closedElsewhere(session)) {
                    sessions.remove(session);
                }
            }));
        });
    }

    /** Closes what a node left open when it died, but for those sessions that this one has opened since. */
    private Flux<Object> closeLeftovers(String node) {
        return gateways.ask(new FindOpenSessions(node), OpenSessions.class)
                .retryWhen(again())
                .delayElement(grace, scheduler)
                .flatMapIterable(OpenSessions::sessionIds)
                .filter(session -> !sessions.contains(session))
                .takeWhile(session -> !isHere.test(node))
                .flatMap(
                        session -> Mono.defer(() ->
                                        gateways.send(new CloseSession(session, CloseReason.lost, now()), Object.class))
                                .retryWhen(again()),
                        AT_ONCE);
    }

    private Retry again() {
        return Retry.backoff(Long.MAX_VALUE, FIRST_RETRY).maxBackoff(LAST_RETRY).scheduler(scheduler);
    }

    private static String newSession() {
        return UuidCreator.getTimeOrderedEpochFast().toString();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public void start() {
        running = true;
        leftovers.update(closeLeftovers(node).subscribe());
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public void stop(Runnable done) {
        running = false;
        leaving = true;
        leftovers.dispose();
        others.dispose();
        AtomicReference<@Nullable Runnable> once = new AtomicReference<>(done);
        Runnable end = () -> {
            Runnable first = once.getAndSet(null);
            if (first != null) {
                first.run();
            }
        };
        whenEmpty.set(end);
        scheduler.schedule(end, TIME_TO_STOP.toMillis(), TimeUnit.MILLISECONDS);
        stays.keySet().forEach(user -> change(user, Stay::end));
        if (stays.isEmpty()) {
            end.run();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
