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

    private final Rate rate = new Rate();

    private volatile Runnable onAwaited = () -> {};
    private volatile long began = Long.MIN_VALUE;
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
        began = at;
        floor = head;
        rate.begin(at);
        position.set(at);
        release(at);
    }

    /** Up to where they were then; {@link Long#MIN_VALUE} before. */
    long began() {
        return began;
    }

    /** The documents hold all events up to the position. */
    void advance(long to) {
        if (to <= position.getAndAccumulate(to, Math::max)) {
            return;
        }
        rate.at(to);
        release(to);
    }

    /** Whether the documents do not hold yet what the log did when this process began to write them. */
    boolean isBuilding() {
        return position.get() < floor;
    }

    /** Of what there was to build when it began, the part that is built: 0 to 1. */
    double built() {
        return floor <= began ? 1 : Math.clamp((position.get() - began) / (double) (floor - began), 0, 1);
    }

    /** Events a second, lately. */
    double eventsPerSecond() {
        return rate.perSecond();
    }

    /** Seconds until it is built, as fast as lately; 0 where it is, and below 0 where nobody knows. */
    long secondsLeft() {
        if (!isBuilding()) {
            return 0;
        }
        double perSecond = rate.perSecond();
        return perSecond <= 0 ? -1 : (long) Math.ceil((floor - position.get()) / perSecond);
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
