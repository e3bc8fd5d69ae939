package io.ovation.cluster;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells the other nodes one thing after the other, on a thread of its own, for that waits while one of them does not
 * take what it was told before. For any number of threads, none of which waits.
 */
final class Teller {
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final long mostBytes;
    private final AtomicLong waiting = new AtomicLong();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("cluster-teller").daemon().factory());

    /** @param mostBytes how much may wait */
    Teller(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** False where it is left out, for too much waits already, or nothing is told any more. */
    boolean tell(int bytes, Runnable telling) {
        if (waiting.addAndGet(bytes) > mostBytes) {
            waiting.addAndGet(-bytes);
            return false;
        }
        try {
            thread.execute(() -> {
                try {
                    telling.run();
                } finally {
                    waiting.addAndGet(-bytes);
                }
            });
            return true;
        } catch (RejectedExecutionException stopped) {
            waiting.addAndGet(-bytes);
            return false;
        }
    }

    /** What waits is told yet, within a second. */
    void stop() throws InterruptedException {
        thread.shutdown();
        if (!thread.awaitTermination(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
            thread.shutdownNow();
        }
    }
}
