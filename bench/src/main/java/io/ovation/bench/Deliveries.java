package io.ovation.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;

/** What all watchers of a run count together. */
final class Deliveries {
    private static final int RING = 1 << 16;

    private final Latency latency = new Latency();
    private final Latency last = new Latency();
    private final LongAdder delivered = new LongAdder();
    private final LongAdder complete = new LongAdder();
    private final LongAdder doubled = new LongAdder();
    private final LongAdder skipped = new LongAdder();
    private final ConcurrentMap<String, LongAdder> ends = new ConcurrentHashMap<>();
    private final int watchers;
    private final AtomicIntegerArray seen;
    private volatile Runnable whenComplete = () -> {};

    /** For rooms of which each has its own few watchers. */
    Deliveries() {
        this(0);
    }

    /** For one room with {@code watchers} watchers: also times when the last of them has a message. */
    Deliveries(int watchers) {
        this.watchers = watchers;
        seen = new AtomicIntegerArray(watchers == 0 ? 0 : RING);
    }

    /** What to do when the last watcher has a message; runs on that watcher's event loop. */
    void whenComplete(Runnable task) {
        whenComplete = task;
    }

    /** From the moment that a message was meant to be sent to its arrival at a watcher. */
    Latency latency() {
        return latency;
    }

    /** The same to its arrival at the last watcher. */
    Latency last() {
        return last;
    }

    void delivered(long seq, long age) {
        latency.record(age);
        delivered.increment();
        if (watchers > 0) {
            int slot = (int) (seq & RING - 1);
            if (seen.incrementAndGet(slot) == watchers) {
                seen.set(slot, 0);
                last.record(age);
                complete.increment();
                whenComplete.run();
            }
        }
    }

    void doubled() {
        doubled.increment();
    }

    void skipped(long messages) {
        skipped.add(messages);
    }

    void ended(String why) {
        ends.computeIfAbsent(why, key -> new LongAdder()).increment();
    }

    long deliveredSoFar() {
        return delivered.sum();
    }

    /** Messages that every watcher has. */
    long completeSoFar() {
        return complete.sum();
    }

    long doubledSoFar() {
        return doubled.sum();
    }

    long skippedSoFar() {
        return skipped.sum();
    }

    /** How many streams ended before they were cancelled, by reason. */
    Map<String, Long> ends() {
        Map<String, Long> counts = new TreeMap<>();
        ends.forEach((why, count) -> counts.put(why, count.sum()));
        return counts;
    }
}
