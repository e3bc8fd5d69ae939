package io.ovation.demo;

import java.util.Arrays;

/** Durations in nanoseconds, all of them kept. Safe for use by any thread. */
final class Latencies {
    private long[] values = new long[1024];
    private int count;

    synchronized void add(long nanos) {
        if (count == values.length) {
            values = Arrays.copyOf(values, count * 2);
        }
        values[count++] = nanos;
    }

    synchronized boolean isEmpty() {
        return count == 0;
    }

    /**
     * The value in milliseconds that {@code share} (0 to 1) of all do not exceed (nearest rank); 0 where there are
     * none.
     */
    synchronized double percentileMillis(double share) {
        if (count == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        int rank = (int) Math.ceil(share * count);
        return sorted[Math.max(rank, 1) - 1] / 1e6;
    }
}
