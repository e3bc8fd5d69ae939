package io.ovation.live;

import java.util.Queue;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;

/** One reading of what a watcher missed, a few frames ahead of what it can pass on. */
final class Missed implements CoreSubscriber<TopicFrame> {
    private static final int AHEAD = 32;
    private static final int REFILL = 24;

    private final Watcher watcher;
    private final Queue<TopicFrame> ahead = Queues.<TopicFrame>get(AHEAD).get();
    private volatile Subscription subscription = Operators.emptySubscription();
    private volatile boolean done;
    private @Nullable Throwable failure;
    private int taken;
    private boolean waited;
    private volatile boolean cancelled;

    Missed(Watcher watcher) {
        this.watcher = watcher;
    }

    void read(Publisher<Update> log, Cursors cursors, Redactions redactions) {
        Flux.from(log).map(update -> Frames.of(update, cursors, redactions)).subscribe(this);
    }

    @Override
    public void onSubscribe(Subscription s) {
        subscription = s;
        if (cancelled) {
            s.cancel();
        } else {
            s.request(AHEAD);
        }
    }

    @Override
    public void onNext(TopicFrame frame) {
        if (!ahead.offer(frame)) {
            throw new IllegalStateException("The log gives more than was asked for");
        }
        watcher.drain();
    }

    @Override
    public void onError(Throwable t) {
        failure = t;
        done = true;
        watcher.drain();
    }

    @Override
    public void onComplete() {
        done = true;
        watcher.drain();
    }

    void cancel() {
        cancelled = true;
        subscription.cancel();
    }

    /** Whether everything has been read; what was read before may still wait to be taken. */
    boolean isDone() {
        return done;
    }

    /** Why the reading failed; null when it did not. Says nothing before {@link #isDone()}. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** What was read has to wait: all that this reading gives from now on was read before there was demand for it. */
    void hold() {
        waited = true;
    }

    boolean hasWaited() {
        return waited;
    }

    @Nullable
    TopicFrame peek() {
        return ahead.peek();
    }

    void take() {
        ahead.poll();
        if (++taken == REFILL) {
            taken = 0;
            subscription.request(REFILL);
        }
    }
}
