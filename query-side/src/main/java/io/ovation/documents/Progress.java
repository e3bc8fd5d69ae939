package io.ovation.documents;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** How the rebuilding of the read models goes, in words. For use by one thread at a time. */
final class Progress {
    private final long from;
    private final long head;
    private final long start;
    private long last;
    private long lastTime;

    /**
     * @param from the position before the first event to handle
     * @param head the position of the last
     * @param start when it began, by the clock of {@link System#nanoTime()}
     */
    Progress(long from, long head, long start) {
        this.from = from;
        this.head = head;
        this.start = start;
        this.last = from;
        this.lastTime = start;
    }

    long total() {
        return Math.max(0, head - from);
    }

    /** The line for the position that is reached now. */
    String next(long position) {
        long now = System.nanoTime();
        long reached = Math.clamp(position, last, Math.max(last, head));
        double rate = rate(reached - last, now - lastTime);
        last = reached;
        lastTime = now;
        return String.format(
                Locale.ROOT,
                "Rebuilding the history: %.0f %% of %,d events, %,.0f events/s",
                100.0 * (reached - from) / Math.max(1, total()),
                total(),
                rate);
    }

    /** The line for the end. */
    String end() {
        long took = System.nanoTime() - start;
        return String.format(
                Locale.ROOT,
                "The history is rebuilt: %,d events in %.1f s, %,.0f events/s",
                total(),
                took / 1e9,
                rate(total(), took));
    }

    private static double rate(long events, long nanos) {
        return events * (double) TimeUnit.SECONDS.toNanos(1) / Math.max(1, nanos);
    }
}
