package io.ovation.documents;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.StreamableMessageSource;
import org.jspecify.annotations.Nullable;

/**
 * The log as the processor of one projection reads it. What has come is let through at once when nothing came shortly
 * before, or when somebody waits for it; otherwise only when the interval since the last has passed, so that under load
 * a batch has something to fold: a write costs nearly the same for one event as for many.
 */
final class PacedLog implements StreamableMessageSource<TrackedEventMessage<?>> {
    private final StreamableMessageSource<TrackedEventMessage<?>> log;
    private final Projected projected;
    private final long intervalNanos;

    PacedLog(StreamableMessageSource<TrackedEventMessage<?>> log, Projected projected, Duration interval) {
        this.log = log;
        this.projected = projected;
        this.intervalNanos = interval.toNanos();
    }

    @Override
    public BlockingStream<TrackedEventMessage<?>> openStream(@Nullable TrackingToken token) {
        return new PacedStream(log.openStream(token));
    }

    @Override
    public @Nullable TrackingToken createTailToken() {
        return log.createTailToken();
    }

    @Override
    public @Nullable TrackingToken createHeadToken() {
        return log.createHeadToken();
    }

    @Override
    public @Nullable TrackingToken createTokenAt(Instant time) {
        return log.createTokenAt(time);
    }

    @Override
    public @Nullable TrackingToken createTokenSince(Duration duration) {
        return log.createTokenSince(duration);
    }

    /** Read by one thread, and woken by any. */
    private final class PacedStream implements BlockingStream<TrackedEventMessage<?>> {
        private final BlockingStream<TrackedEventMessage<?>> stream;
        private final AtomicBoolean alarmed = new AtomicBoolean();
        private volatile long opensAt = System.nanoTime();
        private volatile Runnable callback = () -> {};
        private volatile boolean listens;
        private boolean passed;

        PacedStream(BlockingStream<TrackedEventMessage<?>> stream) {
            this.stream = stream;
        }

        @Override
        public Optional<TrackedEventMessage<?>> peek() {
            return stream.peek();
        }

        @Override
        public boolean hasNextAvailable(int timeout, TimeUnit unit) throws InterruptedException {
            long left = unit.toNanos(timeout);
            long closed = closedNanos();
            if (closed > 0) {
                if (left < closed) {
                    wakeIn(closed);
                    return false;
                }
                TimeUnit.NANOSECONDS.sleep(closed);
                left -= closed;
            }
            boolean available =
                    stream.hasNextAvailable((int) Math.min(Integer.MAX_VALUE, left / 1_000), TimeUnit.MICROSECONDS);
            if (!available && passed) {
                // all there was is through
                passed = false;
                opensAt = System.nanoTime() + intervalNanos;
            }
            return available;
        }

        @Override
        public TrackedEventMessage<?> nextAvailable() throws InterruptedException {
            TrackedEventMessage<?> event = stream.nextAvailable();
            passed = true;
            return event;
        }

        @Override
        public boolean setOnAvailableCallback(Runnable onAvailable) {
            listens = true;
            callback = onAvailable;
            projected.onAwaited(onAvailable);
            return stream.setOnAvailableCallback(this::wake);
        }

        @Override
        public void close() {
            if (listens) {
                callback = () -> {};
                projected.onAwaited(callback);
            }
            stream.close();
        }

        private long closedNanos() {
            return projected.waiting() ? 0 : opensAt - System.nanoTime();
        }

        private void wake() {
            long closed = closedNanos();
            if (closed > 0) {
                wakeIn(closed);
            } else {
                callback.run();
            }
        }

        private void wakeIn(long nanos) {
            if (alarmed.compareAndSet(false, true)) {
                Executor later = CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, Runnable::run);
                later.execute(() -> {
                    alarmed.set(false);
                    callback.run();
                });
            }
        }
    }
}
