package io.ovation.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How long to wait between attempts: exponential with full jitter, so that clients that were cut together come back
 * apart. Whatever fails by itself has one of its own: the connection, each request and each stream. One for all of them
 * would take a single cut beneath 20 streams for 20 failures. Safe for use by any thread.
 */
final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final int MOST_DOUBLINGS = 6;

    private final AtomicInteger failures = new AtomicInteger();

    /** After one more failure. */
    Duration next() {
        return next(Duration.ZERO);
    }

    /** After one more failure; at least as long as the server wants to be left alone. */
    Duration next(Duration retryAfter) {
        int before = Math.min(failures.getAndIncrement(), MOST_DOUBLINGS);
        long longest = Math.min(LONGEST.toMillis(), FIRST.toMillis() << before);
        if (!retryAfter.isZero()) {
            // all who were turned away are told the same
            return retryAfter.plusMillis(ThreadLocalRandom.current().nextLong(FIRST.toMillis()));
        }
        return Duration.ofMillis(Math.max(
                SHORTEST.toMillis(), ThreadLocalRandom.current().nextLong(longest + 1)));
    }

    /** What went before counts no more. */
    void forget() {
        failures.set(0);
    }
}
