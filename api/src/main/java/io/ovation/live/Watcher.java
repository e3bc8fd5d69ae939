package io.ovation.live;

import io.ovation.Caller;
import io.ovation.live.Watch.Watchable;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Operators;

/**
 * One watcher of one topic. Any thread calls {@link #drain()} when there may be something to do; one at a time does it, and takes no lock.
 *
 * <p>It registers with its topic first, then has the caller authorised, then reads from the log what it missed, and goes on with the topic's chain from the place
 * where it registered, passing over what it had from the log. So nothing is missed between the two, and nothing comes twice.
 */
final class Watcher implements Subscription {
    static final int MAX_WAITING_FRAMES = 1024;
    static final int MAX_WAITING_BYTES = 4 * 1024 * 1024;

    private static final AtomicLongFieldUpdater<Watcher> REQUESTED = AtomicLongFieldUpdater.newUpdater(Watcher.class, "requested");
    private static final AtomicIntegerFieldUpdater<Watcher> WORK = AtomicIntegerFieldUpdater.newUpdater(Watcher.class, "work");

    private static final Link NOWHERE = Link.start();

    private final Watches watches;
    private final Topic topic;
    private final @Nullable String after;
    private final Caller caller;
    private final CoreSubscriber<? super WireFrame> subscriber;

    // written by any thread
    private volatile long requested;
    private volatile int work;
    private volatile boolean cancelled;
    private volatile @Nullable Watchable watchable;
    private volatile @Nullable Throwable failure;

    // owned by whoever drains
    private @Nullable LiveTopic live;
    private volatile Link place = NOWHERE;
    private Step step = Step.REGISTER;
    private final Disposable.Swap authorisation = Disposables.swap();
    private long authorisedAt = Long.MIN_VALUE;
    private long position = -1;
    private long emitted;
    private boolean reset;
    private @Nullable Missed missed;
    private boolean skipped;

    private enum Step {
        REGISTER,
        /** Registered, and waiting until the topic's updates are subscribed to. */
        CONNECT,
        AUTHORISE,
        /** Authorised for the first time: the first frame is due. */
        GREET,
        FOLLOW,
        ENDED
    }

    Watcher(Watches watches, Topic topic, @Nullable String after, Caller caller, CoreSubscriber<? super WireFrame> subscriber) {
        this.watches = watches;
        this.topic = topic;
        this.after = after;
        this.caller = caller;
        this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            failure = Operators.nullOrNegativeRequestException(n);
        } else {
            Operators.addCap(REQUESTED, this, n);
        }
        drain();
    }

    @Override
    public void cancel() {
        cancelled = true;
        drain();
    }

    /** Whether everything up to this link has been passed. Called by the thread that publishes, and may be out of date. */
    boolean isAt(Link link) {
        return place == link;
    }

    void drain() {
        if (WORK.getAndIncrement(this) != 0) {
            return;
        }
        int seen = 1;
        do {
            while (advance()) {
                // one frame, or one step, at a time
            }
            seen = WORK.addAndGet(this, -seen);
        } while (seen != 0);
    }

    /** Does one thing; false when there is nothing to do until the next {@link #drain()}. */
    private boolean advance() {
        if (step == Step.ENDED) {
            return false;
        }
        if (cancelled) {
            release();
            return false;
        }
        Throwable failed = failure;
        if (failed != null) {
            fail(failed);
            return false;
        }
        if (watches.isDraining()) {
            sendAway();
            return false;
        }
        return switch (step) {
            case REGISTER -> register();
            case CONNECT -> connected();
            case AUTHORISE -> authorised();
            case GREET -> greet();
            case FOLLOW -> missed == null ? follow() : catchUp(missed);
            case ENDED -> false;
        };
    }

    private boolean register() {
        LiveTopic joined = watches.join(topic, this);
        live = joined;
        place = joined.tail();
        step = Step.CONNECT;
        return true;
    }

    private boolean connected() {
        if (!place.isOpen()) {
            return false;
        }
        authorise();
        return true;
    }

    private void authorise() {
        step = Step.AUTHORISE;
        authorisation.update(watches.source().watchable(topic, caller).subscribe(
                answer -> {
                    watchable = answer;
                    drain();
                },
                refusal -> {
                    failure = refusal;
                    drain();
                }));
    }

    private boolean authorised() {
        Watchable answer = watchable;
        if (answer == null) {
            return keepUp() && false;
        }
        watchable = null;
        boolean first = authorisedAt == Long.MIN_VALUE;
        authorisedAt = answer.last();
        step = first ? Step.GREET : Step.FOLLOW;
        return true;
    }

    private boolean greet() {
        if (!mayEmit()) {
            return keepUp() && false;
        }
        emit(Frames.HEARTBEAT);
        position = authorisedAt;
        if (after != null) {
            OptionalLong sequence = live().cursors().sequence(after);
            reset = sequence.isEmpty() || sequence.getAsLong() > authorisedAt;
            if (!reset && sequence.getAsLong() < authorisedAt) {
                position = sequence.getAsLong();
                readLog();
            }
        }
        step = Step.FOLLOW;
        return true;
    }

    private void readLog() {
        skipped = false;
        Missed reading = new Missed(this, live().cursors());
        missed = reading;
        reading.read(watches.source().missed(topic, position));
    }

    private boolean catchUp(Missed reading) {
        keepUp();
        boolean done = reading.isDone();
        TopicFrame next = reading.peek();
        if (next == null) {
            if (!done) {
                return false;
            }
            missed = null;
            Throwable failed = reading.failure();
            if (failed != null) {
                fail(failed);
            } else if (skipped) {
                readLog();
            }
            return true;
        }
        if (next.sequence() <= position) {
            reading.take();
            return true;
        }
        if (!mayEmit()) {
            return false;
        }
        reading.take();
        pass(next, next.sequence() > authorisedAt);
        return true;
    }

    private boolean follow() {
        if (reset) {
            if (!mayEmit()) {
                return isSlow() && end(new SlowConsumer());
            }
            reset = false;
            emit(Frames.RESET);
            return true;
        }
        Link next = place.next();
        if (next == null || !next.isOpen()) {
            return false;
        }
        TopicFrame frame = next.frame();
        if (frame == null) {
            place = next;
            readLog();
            return true;
        }
        if (frame.sequence() <= position) {
            place = next;
            if (caller.user().equals(frame.removed())) {
                authorise();
            }
            return true;
        }
        if (!mayEmit()) {
            return isSlow() && end(new SlowConsumer());
        }
        place = next;
        pass(frame, true);
        return true;
    }

    /** Passes a frame on. When it says that the caller was removed, whether they may go on is asked before anything else is told. */
    private void pass(TopicFrame frame, boolean news) {
        position = frame.sequence();
        emit(frame.frame());
        if (news && caller.user().equals(frame.removed())) {
            authorise();
        }
    }
}
