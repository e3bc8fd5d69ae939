package io.ovation.live;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;
import reactor.util.retry.Retry;

/**
 * Work that falls due by key, again and again: one at a time for a key, and what falls due meanwhile is merged and done
 * in one go. Work that fails is tried again until it is done. For any number of threads; {@link #add} never blocks.
 *
 * @param <K> what the work is about
 * @param <V> what of it has to be done
 */
public final class MergedWork<K, V> {
    private static final Logger log = LoggerFactory.getLogger(MergedWork.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(5);

    /** The pause after a piece of work is so many times as long as it took: one key may take a fifth of a thread. */
    private static final int PAUSES = 4;

    private final ConcurrentMap<K, Due<V>> due = new ConcurrentHashMap<>();
    private final Sinks.Many<K> keys = Sinks.unsafe()
            .many()
            .unicast()
            // for several producers, and the sink drains it one at a time; a key is in it once at most
            .onBackpressureBuffer(Queues.<K>unboundedMultiproducer().get());
    private final BinaryOperator<V> merge;
    private final BiFunction<K, V, Mono<Void>> work;
    private final Duration pause;
    private final Scheduler scheduler;

    /** What is due of a key that is under way or has its turn; null for nothing. */
    private record Due<V>(@Nullable V what) {}

    /**
     * @param work subscribed to again where it fails
     * @param pause the least time between two pieces of work for a key; zero for none
     * @param scheduler for the pauses
     * @param atOnce for how many keys work is done at a time
     */
    public MergedWork(
            BinaryOperator<V> merge,
            BiFunction<K, V, Mono<Void>> work,
            Duration pause,
            Scheduler scheduler,
            int atOnce) {
        this.merge = merge;
        this.work = work;
        this.pause = pause;
        this.scheduler = scheduler;
        keys.asFlux().flatMap(this::perform, atOnce).subscribe();
    }

    /** Something is to be done. */
    public void add(K key, V what) {
        boolean[] first = new boolean[1];
        due.compute(key, (same, before) -> {
            first[0] = before == null;
            V waiting = before == null ? null : before.what();
            return new Due<>(waiting == null ? what : merge.apply(waiting, what));
        });
        if (first[0]) {
            // fails only where the node has gone
            keys.tryEmitNext(key);
        }
    }

    private Mono<Void> perform(K key) {
        return Mono.defer(() -> {
            V what = take(key);
            long began = System.nanoTime();
            return work.apply(key, what)
                    .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_RETRY)
                            .maxBackoff(LAST_RETRY)
                            .scheduler(scheduler)
                            .doBeforeRetry(failed -> log.debug("Done again: {}", key, failed.failure())))
                    .onErrorResume(defect -> {
                        // it must not end what everything goes through
                        log.error("Work was left undone", defect);
                        return Mono.empty();
                    })
                    .then(Mono.fromRunnable(() -> pauseAfter(key, System.nanoTime() - began)));
        });
    }

    private V take(K key) {
        Due<V> before = due.put(key, new Due<>(null));
        V what = before == null ? null : before.what();
        if (what == null) {
            throw new IllegalStateException("A key has its turn when something is due");
        }
        return what;
    }

    private void pauseAfter(K key, long tookNanos) {
        if (pause.isZero()) {
            goOn(key);
            return;
        }
        long nanos = Math.max(pause.toNanos(), PAUSES * tookNanos);
        scheduler.schedule(() -> goOn(key), nanos, TimeUnit.NANOSECONDS);
    }

    private void goOn(K key) {
        Due<V> next = due.computeIfPresent(key, (same, now) -> now.what() == null ? null : now);
        if (next != null) {
            keys.tryEmitNext(key);
        }
    }
}
