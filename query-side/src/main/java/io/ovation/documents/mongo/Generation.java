package io.ovation.documents.mongo;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Which of a projection's collections a process reads, and when it was last told so: others may have been built since,
 * and these deleted. Immutable.
 *
 * @param number 0 for the first, whose collections have no number in their names
 * @param nanos of this process's clock, before the server was asked
 * @param since the same of the wall clock, which also goes on while a machine is suspended
 */
record Generation(long number, long nanos, Instant since) {
    /** For so long those before are there after others have taken their place. */
    static final Duration LAST_READERS = Duration.ofSeconds(90);

    /** Whoever was told longer ago asks again before reading. */
    private static final Duration FRESH = Duration.ofSeconds(20);

    /** What was read by whoever was told longer ago may have been deleted while it was read. */
    private static final Duration THERE = Duration.ofSeconds(60);

    static Generation of(long number, Clock clock) {
        return new Generation(number, System.nanoTime(), clock.instant());
    }

    boolean isFresh(Clock clock) {
        return age(clock).compareTo(FRESH) < 0;
    }

    boolean isThere(Clock clock) {
        return age(clock).compareTo(THERE) < 0;
    }

    private Duration age(Clock clock) {
        Duration monotonic = Duration.ofNanos(System.nanoTime() - nanos);
        Duration wall = Duration.between(since, clock.instant());
        return monotonic.compareTo(wall) > 0 ? monotonic : wall;
    }

    Generation or(Generation other) {
        return other.number > number || (other.number == number && other.nanos - nanos > 0) ? other : this;
    }
}
