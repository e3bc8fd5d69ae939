package io.ovation.documents;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How many events a second a projection takes, over the last seconds. Told by one thread, and asked by any. */
final class Rate {
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final LongSupplier nanoTime;
    private Mark earlier = new Mark(0, 0);
    private Mark later = earlier;
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

    /** Has come to a position. */
    synchronized void at(long to) {
        long now = nanoTime.getAsLong();
        if (now - later.nanos() > WINDOW_NANOS) {
            earlier = later;
            later = new Mark(to, now);
        }
        position = to;
    }

    synchronized double perSecond() {
        long nanos = nanoTime.getAsLong() - earlier.nanos();
        return nanos <= 0 ? 0 : (position - earlier.position()) * (double) TimeUnit.SECONDS.toNanos(1) / nanos;
    }
}
