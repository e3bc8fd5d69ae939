package io.ovation.acceptance;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what has to come true, looking again every few milliseconds. */
final class Await {
    private static final long PAUSE = Duration.ofMillis(10).toNanos();

    private Await() {}

    /**
     * Returns as soon as the condition holds. While it throws, it does not hold.
     *
     * @throws AssertionError when it did not come true in time, caused by what the condition threw last
     */
    static void until(String what, Duration within, Callable<Boolean> condition) {
        long end = System.nanoTime() + within.toNanos();
        Throwable last = null;
        do {
            try {
                if (condition.call()) {
                    return;
                }
                last = null;
            } catch (Exception | AssertionError e) {
                last = e;
            }
            LockSupport.parkNanos(PAUSE);
        } while (System.nanoTime() < end);
        throw new AssertionError("Not within " + within + ": " + what, last);
    }
}
