package io.ovation.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** What all senders of a run count together. */
final class Traffic {
    /** Beyond this something is broken, and going on would measure how fast errors are. */
    private static final int MOST_FAILURES = 10_000;

    private final Latency latency = new Latency();
    private final LongAdder sent = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder turnedDown = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final ConcurrentMap<String, LongAdder> errors = new ConcurrentHashMap<>();
    private volatile boolean running = true;

    /** Time from the moment a message was meant to be sent to its acknowledgement. */
    Latency latency() {
        return latency;
    }

    void sent() {
        sent.increment();
    }

    void acknowledged(long nanos) {
        latency.record(nanos);
        acknowledged.increment();
    }

    /**
     * The server had too much to do, as it says by {@code unavailable}: nothing was done, and the sender is to wait a
     * second.
     */
    void turnedDown() {
        turnedDown.increment();
    }

    void failed(String error) {
        failed.increment();
        errors.computeIfAbsent(error, key -> new LongAdder()).increment();
        if (failed.sum() > MOST_FAILURES) {
            running = false;
        }
    }

    /** Whether senders should go on. */
    boolean running() {
        return running;
    }

    long sentSoFar() {
        return sent.sum();
    }

    long turnedDownSoFar() {
        return turnedDown.sum();
    }

    long acknowledgedSoFar() {
        return acknowledged.sum();
    }

    /** How many sends failed, by the server's answer. */
    Map<String, Long> errors() {
        Map<String, Long> counts = new TreeMap<>();
        errors.forEach((error, count) -> counts.put(error, count.sum()));
        return counts;
    }

    /** Stops the senders and waits until everything in flight was answered. */
    void quiesce() throws InterruptedException {
        running = false;
        settle();
    }

    /** Waits until everything in flight was answered. */
    void settle() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (unanswered() != 0) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        unanswered() + " sends have had no answer for a minute; errors so far: " + errors());
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private long unanswered() {
        return sent.sum() - acknowledged.sum() - turnedDown.sum() - failed.sum();
    }

    /** Lets the senders go on after {@link #quiesce}. */
    void resume() {
        if (failed.sum() > MOST_FAILURES) {
            throw new IllegalStateException("too many sends failed: " + errors());
        }
        running = true;
    }
}
