package io.ovation.documents;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * How many positions of the log a projection takes a second, over the last five to ten seconds in which it moved; where
 * it stands still since, over that time, too. For any thread.
 */
final class Rate {
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final LongSupplier nanoTime;
    private @Nullable Mark earlier;
    private @Nullable Mark later;
    private long position;

    private record Mark(long position, long nanos) {}

    Rate() {
        this(System::nanoTime);
    }

    Rate(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Begins anew, at a position. */
    synchronized void begin(long at) {
        position = at;
        earlier = new Mark(at, nanoTime.getAsLong());
        later = earlier;
    }

    /** Has come to a position; the first one is where it begins. */
    synchronized void at(long to) {
        long now = nanoTime.getAsLong();
        if (later == null) {
            begin(to);
            return;
        }
        if (now - later.nanos() > WINDOW_NANOS) {
            earlier = later;
            later = new Mark(to, now);
        }
        position = to;
    }

    synchronized double perSecond() {
        if (earlier == null) {
            return 0;
        }
        long nanos = nanoTime.getAsLong() - earlier.nanos();
        return nanos <= 0 ? 0 : (position - earlier.position()) * (double) TimeUnit.SECONDS.toNanos(1) / nanos;
    }
}
