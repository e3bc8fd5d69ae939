package io.ovation.live;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.ovation.trace.Traces;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * A topic that has watchers on this node: one subscription to its updates, from the first watcher to the last, and the
 * chain of what it told. A subscription that is dropped is made anew, and the watchers read from the log what came
 * between.
 *
 * <p>States go on a {@link StateBoard} instead: at once after a pause, and else all together with the next posting, of
 * which there are at most ten a second. The last one of a key is always posted.
 *
 * <p>Few watchers are woken by the thread that publishes. Many are woken by another one, in rounds, and have in one
 * round all that was published during the one before: so a round costs more the later it is, and a frame less. Who
 * publishes waits when the watchers are too far behind.
 */
final class LiveTopic {
    private static final Logger log = LoggerFactory.getLogger(LiveTopic.class);
    private static final int CLOSED = -1;
    private static final long FIRST_RETRY_MILLIS = 50;
    private static final long LAST_RETRY_MILLIS = 5_000;
    private static final long POSTING_MILLIS = 100;
    private static final long COUNTING_MILLIS = 1_000;

    /** For so long a state that has ended is not told, however late it comes: it was read before it ended. */
    private static final long ENDING_MILLIS = 60_000;

    /** So many watchers are woken by the thread that publishes: to hand them over would cost more. */
    private static final int FEW = 32;

    /** How many frames may be published that no round has begun with yet. */
    private static final int MOST_AHEAD = 512;

    private final Topic topic;
    private final Cursors cursors;
    private final TopicSource source;
    private final Redactions redactions = new Redactions();
    private final Scheduler scheduler;
    private final Executor waker;
    private final PushMeters meters;
    private final Consumer<LiveTopic> onClose;

    private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet(1);
    private final AtomicInteger count = new AtomicInteger();
    private final Disposable.Swap subscription = Disposables.swap();
    private final Disposable.Swap missedStates = Disposables.swap();
    private long retryMillis = FIRST_RETRY_MILLIS;
    private volatile Link tail = Link.start();
    private final AtomicInteger wakes = new AtomicInteger();

    /**
     * Where the chain ended when the last round began; written by the round, and guards itself for those who wait for
     * it.
     */
    private volatile Link woken = tail;

    private volatile @Nullable Thread inRound;

    private final FrameSpans spans;

    private final Audience audience = new Audience();
    private final boolean tellsAudience;
    private final AudiencesElsewhere elsewhere;

    private final StateBoard board = new StateBoard();
    private final Object latest = new Object();
    /** What the latest watcher was let in with; guarded by {@code latest}. */
    private StatesAsTheyAre current = StatesAsTheyAre.NONE;

    /** States that wait to be posted, by key; it guards itself, the board's posting, and the fields below. */
    private final Map<String, Waiting> waiting = new LinkedHashMap<>();

    private boolean postingIsDue;
    private long postedAt = Long.MIN_VALUE;

    /** Whether the audience is to be counted again; guarded by {@code waiting}, as the two fields below. */
    private boolean countIsDue;

    private long countedAt = Long.MIN_VALUE;
    private int counted;

    private record Waiting(Frame.State state, long version, long overAt) {}

    /**
     * @param scheduler where a dropped subscription is made anew
     * @param waker where many watchers are woken
     * @param tellsAudience whether the watchers are told how many they are
     * @param elsewhere who watches on other nodes
     * @param onClose called once, when the last watcher has gone
     */
    LiveTopic(
            Topic topic,
            TopicSource source,
            Scheduler scheduler,
            Executor waker,
            PushMeters meters,
            Traces traces,
            boolean tellsAudience,
            AudiencesElsewhere elsewhere,
            Consumer<LiveTopic> onClose) {
        this.topic = topic;
        this.cursors = new Cursors(topic, source);
        this.source = source;
        this.scheduler = scheduler;
        this.waker = waker;
        this.meters = meters;
        this.spans = new FrameSpans(traces);
        this.tellsAudience = tellsAudience;
        this.elsewhere = elsewhere;
        this.onClose = onClose;
    }

    Topic topic() {
        return topic;
    }

    Cursors cursors() {
        return cursors;
    }

    Redactions redactions() {
        return redactions;
    }

    /** How many watch it. */
    int watchers() {
        return watchers.size();
    }

    /** How many frames its watchers have not taken yet, summed over all of them. */
    long framesWaiting() {
        Link last = tail;
        return watchers.stream().mapToLong(each -> each.framesTo(last)).sum();
    }

    /** The last link of the chain. */
    Link tail() {
        return tail;
    }

    StateBoard board() {
        return board;
    }

    /** The states that a watcher begins with, held and encoded once for all who come with the same. Any thread. */
    StatesAsTheyAre asTheyAre(List<Update> states) {
        synchronized (latest) {
            current = current.as(states);
            return current;
        }
    }

    /** Who watches: those who were let in. */
    Audience audience() {
        return audience;
    }

    /** A watcher of a connection was let in. */
    void enter(Standing connection) {
        if (tellsAudience && audience.enter(connection)) {
            elsewhere.changedHere(topic);
            countLater();
        }
    }

    /** Takes back an {@link #enter}. */
    void depart(Standing connection) {
        if (tellsAudience && audience.leave(connection)) {
            elsewhere.changedHere(topic);
            countLater();
        }
    }

    /** At most once a second, however many come and go; the last number is always told. */
    void countLater() {
        long delay;
        synchronized (waiting) {
            if (countIsDue) {
                return;
            }
            countIsDue = true;
            delay = countedAt == Long.MIN_VALUE ? 0 : countedAt + COUNTING_MILLIS - now();
        }
        if (delay <= 0) {
            count();
        } else {
            scheduler.schedule(this::count, delay, TimeUnit.MILLISECONDS);
        }
    }

    private void count() {
        Runnable post;
        synchronized (waiting) {
            countIsDue = false;
            countedAt = now();
            int watching = audience.watching() + elsewhere.watching(topic);
            if (watching == counted) {
                return;
            }
            counted = watching;
            // within, so that no later number is overtaken by this one
            post = put(new Waiting(new Frame.Audience(watching), StateBoard.EPHEMERAL, Long.MAX_VALUE));
        }
        post.run();
    }

    /** Milliseconds since 1970. */
    long now() {
        return scheduler.now(TimeUnit.MILLISECONDS);
    }

    /** Tells the watchers of a state that is over by itself after a while. Any thread. */
    void tell(Frame.State state, Duration life) {
        announce(new Waiting(state, StateBoard.EPHEMERAL, now() + life.toMillis()));
    }

    /**
     * Registers a watcher, which is woken for everything from now on; false when the last watcher has just gone and
     * another topic has to be made.
     */
    boolean join(Watcher watcher) {
        int before;
        do {
            before = count.get();
            if (before == CLOSED) {
                return false;
            }
        } while (!count.compareAndSet(before, before + 1));
        watchers.add(watcher);
        if (before == 0) {
            connect();
        }
        return true;
    }

    /** Takes back a {@link #join}. */
    void leave(Watcher watcher) {
        watchers.remove(watcher);
        if (count.decrementAndGet() == 0 && count.compareAndSet(0, CLOSED)) {
            onClose.accept(this);
            subscription.dispose();
            missedStates.dispose();
            spans.endAll();
        }
    }

    /**
     * Has every watcher look for what is new: before this returns, or a moment later, in a round by another thread. Any
     * thread.
     */
    void wake() {
        if (wakes.getAndIncrement() != 0) {
            return;
        }
        if (count.get() > FEW) {
            wakeLater();
        } else {
            round();
        }
    }

    /**
     * Has every watcher look for what is new, and returns when all have; a thread that is in the midst of a watcher's
     * does it for that one.
     */
    void wakeNow() {
        watchers.forEach(LiveTopic::wake);
    }

    private void wakeLater() {
        try {
            waker.execute(this::round);
        } catch (RejectedExecutionException e) {
            log.debug("The node stops", e);
            round();
        }
    }

    /** One round, and the next by another task, so that other topics have their turn. */
    private void round() {
        int seen = wakes.get();
        inRound = Thread.currentThread();
        try {
            wakeAll();
        } finally {
            inRound = null;
            if (wakes.addAndGet(-seen) != 0) {
                wakeLater();
            }
        }
    }

    private void wakeAll() {
        Link from = woken;
        Link to = tail;
        boolean passed = true;
        for (Watcher watcher : watchers) {
            wake(watcher);
            passed &= watcher.hasPassed(to);
        }
        spans.end(to, watchers.size());
        if (passed) {
            cut(from, to);
        }
        synchronized (wakes) {
            woken = to;
            wakes.notifyAll();
        }
    }

    private static void wake(Watcher watcher) {
        try {
            watcher.drain();
        } catch (RuntimeException e) {
            log.error("A watcher could not be told", e);
        }
    }

    private static void cut(Link from, Link to) {
        @Nullable Link link = from;
        while (link != null && link != to) {
            Link next = link.next();
            link.cut();
            link = next;
        }
    }

    private boolean isTooFarAhead() {
        return woken.framesTo(tail) > MOST_AHEAD;
    }

    /** Who publishes from within a round does not wait for itself. */
    private void awaitWatchers() {
        if (inRound == Thread.currentThread()) {
            return;
        }
        synchronized (wakes) {
            try {
                while (isTooFarAhead()) {
                    wakes.wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void connect() {
        Link gap = tail;
        subscription.update(source.updates(topic).subscribe(this::publish, this::dropped, () -> dropped(null)));
        gap.open();
        wake();
    }

    /** After a subscription was dropped: what was told of states meanwhile is lost, and no log has it. */
    private void askForStates() {
        missedStates.update(source.states(topic)
                .retryWhen(Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(FIRST_RETRY_MILLIS))
                        .maxBackoff(Duration.ofMillis(LAST_RETRY_MILLIS))
                        .scheduler(scheduler))
                .subscribe(states -> states.forEach(each -> announce((Frame.State) each.frame(), each.sequence()))));
    }

    private void announce(Frame.State state, long version) {
        announce(new Waiting(state, version, Long.MAX_VALUE));
    }

    private void announce(Waiting state) {
        put(state).run();
    }

    /** Has a state posted; answers what is to be done for that by who holds nothing. */
    private Runnable put(Waiting state) {
        synchronized (waiting) {
            waiting.merge(
                    state.state().key(), state, (before, now) -> now.version() >= before.version() ? now : before);
            if (postingIsDue) {
                return () -> {};
            }
            postingIsDue = true;
            long delay = postedAt == Long.MIN_VALUE ? 0 : postedAt + POSTING_MILLIS - now();
            return delay <= 0
                    ? this::post
                    : () -> scheduler.schedule(this::post, delay, TimeUnit.MILLISECONDS);
        }
    }

    private void end(String key, long version) {
        synchronized (waiting) {
            waiting.computeIfPresent(key, (same, state) -> state.version() > version ? state : null);
            board.end(key, version, now() + ENDING_MILLIS);
        }
    }

    private void post() {
        synchronized (waiting) {
            postedAt = now();
            postingIsDue = false;
            board.sweep(postedAt);
            waiting.values().forEach(each -> board.post(each.state(), each.version(), each.overAt()));
            waiting.clear();
        }
        wake();
    }

    private void publish(Update update) {
        retryMillis = FIRST_RETRY_MILLIS;
        if (update.frame() instanceof Frame.State state) {
            announce(state, update.sequence());
            return;
        }
        if (update.frame() instanceof Frame.Redaction redaction) {
            redactions.add(redaction.seq());
        }
        if (update.frame() instanceof Frame.Ending ending) {
            end(ending.ends(), update.sequence());
        }
        tail = tail.append(Frames.of(update, cursors, redactions));
        spans.begin(update, tail);
        measure(update.frame());
        wake();
        if (isTooFarAhead()) {
            awaitWatchers();
        }
    }

    /** Of the frames that are news, and say when they became so. */
    private void measure(Frame frame) {
        Instant at =
                switch (frame) {
                    case Frame.Message message -> message.sentAt();
                    case Frame.Comment comment -> comment.at();
                    case Frame.Published published -> published.publishedAt();
                    default -> null;
                };
        if (at != null) {
            meters.pushed(Duration.ofMillis(now() - at.toEpochMilli()));
        }
    }

    private void dropped(@Nullable Throwable failure) {
        log.warn("Updates of {} were dropped, and are subscribed to again: {}", topic, String.valueOf(failure));
        tail = tail.appendGap();
        long delay = retryMillis;
        retryMillis = Math.min(2 * delay, LAST_RETRY_MILLIS);
        scheduler.schedule(
                () -> {
                    if (count.get() != CLOSED) {
                        connect();
                        askForStates();
                    }
                },
                delay,
                TimeUnit.MILLISECONDS);
    }
}
