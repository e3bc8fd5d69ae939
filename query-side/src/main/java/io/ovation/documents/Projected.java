package io.ovation.documents;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * How far into the log the documents of a projection are, and who waits for them to get further. Nobody polls, and
 * nothing blocks. For any number of threads.
 */
final class Projected {
    private final AtomicLong position = new AtomicLong(Long.MIN_VALUE);
    private final AtomicLong numbers = new AtomicLong();
    private final ConcurrentSkipListMap<Waiter, MonoSink<Void>> waiters = new ConcurrentSkipListMap<>();

    private volatile Runnable onAwaited = () -> {};
    private volatile long floor = Long.MIN_VALUE;

    private record Waiter(long position, long number) implements Comparable<Waiter> {
        @Override
        public int compareTo(Waiter other) {
            int byPosition = Long.compare(position, other.position);
            return byPosition != 0 ? byPosition : Long.compare(number, other.number);
        }
    }

    /**
     * The position of the last event that is in the documents, -1 where none is; {@link Long#MIN_VALUE} as long as that
     * is not known.
     */
    long position() {
        return position.get();
    }

    /**
     * Completes when the documents hold all events up to the position, on the projection's own thread: what follows
     * must be short, or go elsewhere.
     */
    Mono<Void> await(long target) {
        return Mono.create(sink -> {
            if (position.get() >= target) {
                sink.success();
                return;
            }
            Waiter waiter = new Waiter(target, numbers.getAndIncrement());
            waiters.put(waiter, sink);
            sink.onDispose(() -> waiters.remove(waiter));
            if (position.get() >= target && waiters.remove(waiter) != null) {
                // it came between the look and the registration
                sink.success();
                return;
            }
            onAwaited.run();
        });
    }

    /**
     * Like {@link #await}, and also that the documents hold what the log did when this process began to write them, or
     * began anew: before that, nobody knows what was in them once.
     */
    Mono<Void> awaitAtLeast(long target) {
        return await(Math.max(-1, target)).then(Mono.defer(() -> await(floor)));
    }

    /** Sets what is called, by any thread, when somebody begins to wait. */
    void onAwaited(Runnable listener) {
        onAwaited = listener;
    }

    /** Whether somebody waits. */
    boolean waiting() {
        return !waiters.isEmpty();
    }

    /**
     * The documents hold the events up to the position, and no others: they may have been put back.
     *
     * @param head the last position of the log
     */
    void begin(long at, long head) {
        floor = head;
        position.set(at);
        release(at);
    }

    /** The documents hold all events up to the position. */
    void advance(long to) {
        if (to <= position.getAndAccumulate(to, Math::max)) {
            return;
        }
        release(to);
    }

    private void release(long to) {
        for (Map.Entry<Waiter, MonoSink<Void>> first = waiters.firstEntry();
                first != null && first.getKey().position() <= to;
                first = waiters.firstEntry()) {
            if (waiters.remove(first.getKey()) != null) {
                first.getValue().success();
            }
        }
    }
}
