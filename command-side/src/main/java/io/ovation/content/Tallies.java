package io.ovation.content;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import com.github.f4b6a3.uuid.UuidCreator;
import io.ovation.Unavailable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is counted on this node since the last flush: added up in memory, and then recorded as one event a target and
 * kind, so that the writes to the store do not depend on the number of clicks. Bounded in targets. For any number of
 * threads.
 *
 * <p>A flush that certainly failed leaves nothing in the log: views go back into the window that is open, and whoever
 * waits for their applause is told so. One of which nobody knows is tried again under the same window, which counts
 * once, and the windows wait for it.
 */
final class Tallies implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tallies.class);
    private static final int AT_A_TIME = 256;
    private static final int TRIES_AT_THE_END = 5;

    private final TallyRecorder recorder;
    private final Clock clock;
    private final long intervalNanos;
    private final int mostTargets;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private final Thread flusher;
    private Map<Counted, Sum> open = new HashMap<>();
    private boolean closed;

    private record Counted(Target target, TallyKind kind) {}

    /** Guarded by the lock while its window is open, and owned by the flush after that. */
    private static final class Sum {
        private final CompletableFuture<@Nullable Void> durable = new CompletableFuture<>();
        private long count;
    }

    private record Closed(
            TallyRecorded counted, CompletableFuture<@Nullable Void> durable, AtomicBoolean inDoubt) {}

    /**
     * @param interval how long a window is open
     * @param mostTargets how many targets and kinds a window may have
     */
    Tallies(TallyRecorder recorder, Clock clock, Duration interval, int mostTargets) {
        this.recorder = recorder;
        this.clock = clock;
        this.intervalNanos = interval.toNanos();
        this.mostTargets = mostTargets;
        this.flusher = Thread.ofVirtual().name("tallies").start(this::run);
    }

    /**
     * Adds to the window that is open.
     *
     * @return completes when it is durable; fails with {@link Unavailable} when it certainly was not recorded, and,
     *     unless it is views, will not be
     * @throws Unavailable when there is no room for another target, or no flush any more
     */
    CompletionStage<@Nullable Void> add(Target target, TallyKind kind, int count) {
        lock.lock();
        try {
            if (closed) {
                throw new Unavailable("The server is stopping", 1);
            }
            Counted counted = new Counted(target, kind);
            Sum sum = open.get(counted);
            if (sum == null) {
                if (open.size() >= mostTargets) {
                    throw new Unavailable("Too much is being counted", 1);
                }
                sum = new Sum();
                open.put(counted, sum);
            }
            sum.count += count;
            return sum.durable.minimalCompletionStage();
        } finally {
            lock.unlock();
        }
    }

    /** Flushes what was counted, and takes no more; returns when that is done. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            flusher.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!isClosedWithin(intervalNanos)) {
                try {
                    flush();
                } catch (RuntimeException e) {
                    LOG.error("What was counted could not be recorded", e);
                }
            }
            // what came before the end, which takes nothing more
            flush();
        } catch (RuntimeException e) {
            LOG.error("What was counted could not be recorded", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        long left = open.entrySet().stream()
                .mapToLong(each -> each.getValue().count)
                .sum();
        if (left > 0) {
            LOG.warn("{} views could not be recorded before the end", left);
        }
    }

    private boolean isClosedWithin(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (!closed && left > 0) {
                left = closing.awaitNanos(left);
            }
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private void flush() throws InterruptedException {
        List<Closed> unsettled = closeWindow();
        for (int triesAtTheEnd = 0; !unsettled.isEmpty(); ) {
            unsettled = settle(unsettled);
            if (!unsettled.isEmpty() && isClosedWithin(intervalNanos)) {
                if (++triesAtTheEnd == TRIES_AT_THE_END) {
                    LOG.error("Nobody knows whether what was counted for {} targets is recorded", unsettled.size());
                    return;
                }
                Thread.sleep(Duration.ofNanos(intervalNanos));
            }
        }
    }

    private List<Closed> closeWindow() {
        // first what may fail: a window that is closed and not settled would be lost
        String id = UuidCreator.getTimeOrderedEpochFast().toString();
        Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Map<Counted, Sum> window;
        lock.lock();
        try {
            if (open.isEmpty()) {
                return List.of();
            }
            window = open;
            open = new HashMap<>();
        } finally {
            lock.unlock();
        }
        List<Closed> sums = new ArrayList<>(window.size());
        window.forEach((counted, sum) -> sums.add(
                new Closed(new TallyRecorded(counted.target(), counted.kind(), sum.count, id, at),
                sum.durable,
                new AtomicBoolean())));
        return sums;
    }

    /**
     * Records them, as many at a time as the store joins into one commit; answers those of which nobody knows whether
     * they are.
     */
    private List<Closed> settle(List<Closed> sums) throws InterruptedException {
        Semaphore places = new Semaphore(AT_A_TIME);
        ConcurrentLinkedQueue<Closed> unknown = new ConcurrentLinkedQueue<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Closed sum : sums) {
                places.acquire();
                threads.execute(() -> {
                    boolean settled = false;
                    try {
                        settled = settle(sum);
                    } catch (Error defect) {
                        sum.inDoubt().set(true);
                        LOG.error("Recording what was counted failed", defect);
                    } finally {
                        if (!settled) {
                            unknown.add(sum);
                        }
                        places.release();
                    }
                });
            }
        }
        return List.copyOf(unknown);
    }

    private boolean settle(Closed sum) {
        try {
            recorder.record(sum.counted());
            sum.durable().complete(null);
        } catch (Unavailable e) {
            if (e.outcome() == null && !sum.inDoubt().get()) {
                notRecorded(sum, e);
                return true;
            }
            // recorded once more under the same id, which tells: what a log does not hold yet may still come
            sum.inDoubt().set(true);
            return false;
        } catch (RuntimeException e) {
            return settleInDoubt(sum, e);
        }
        return true;
    }

    private boolean settleInDoubt(Closed sum, RuntimeException failure) {
        LOG.warn("Recording what was counted failed", failure);
        try {
            if (recorder.isRecorded(sum.counted())) {
                sum.durable().complete(null);
            } else {
                notRecorded(sum, new Unavailable("The applause could not be recorded", 1));
            }
            return true;
        } catch (RuntimeException e) {
            LOG.debug("Whether it is recorded cannot be read either", e);
            return false;
        }
    }

    private void notRecorded(Closed sum, Unavailable why) {
        if (sum.counted().kind() == TallyKind.views) {
            lock.lock();
            try {
                open.computeIfAbsent(new Counted(sum.counted().target(), TallyKind.views), counted -> new Sum())
                                .count +=
                        sum.counted().delta();
            } finally {
                lock.unlock();
            }
        }
        sum.durable().completeExceptionally(why);
    }
}
