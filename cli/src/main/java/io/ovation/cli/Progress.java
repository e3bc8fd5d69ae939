package io.ovation.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A bar that shows how far a reading is, redrawn a few times a second. */
final class Progress {
    private static final int WIDTH = 40;
    private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(200);

    private final PrintWriter err;
    private final long from;
    private final long to;
    private final long start = System.nanoTime();
    private long drawn = start;
    private boolean shown;

    /** From one place up to another. */
    Progress(PrintWriter err, long from, long to) {
        this.err = err;
        this.from = from;
        this.to = to;
    }

    void at(long place, long events) {
        long now = System.nanoTime();
        if (now - drawn >= EVERY) {
            drawn = now;
            draw(Math.clamp((double) (place - from) / Math.max(1, to - from), 0, 1), events, now);
        }
    }

    void done() {
        if (shown) {
            err.print("\r\033[K");
            err.flush();
        }
    }

    private void draw(double share, long events, long now) {
        int full = (int) (share * WIDTH);
        shown = true;
        err.printf(
                Locale.ROOT,
                "\r[%s%s] %3.0f %%  %,d events, %,.0f/s\033[K",
                "#".repeat(full),
                " ".repeat(WIDTH - full),
                share * 100,
                events,
                events * 1e9 / (now - start));
        err.flush();
    }
}
