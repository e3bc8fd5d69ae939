package io.ovation.live;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

import io.ovation.live.Watch.Watchable;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Operators;

/**
 * One watcher of one topic. Any thread calls {@link #drain()} when there may be something to do; one at a time does it,
 * and takes no lock.
 *
 * <p>It registers with its topic first, then has the caller authorised, then reads from the log what it missed, and
 * goes on with the topic's chain from the place where it registered, passing over what it had from the log. So nothing
 * is missed between the two, and nothing comes twice.
 */
final class Watcher implements Subscription {
    private static final AtomicLongFieldUpdater<Watcher> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(Watcher.class, "requested");
    private static final AtomicIntegerFieldUpdater<Watcher> WORK =
            AtomicIntegerFieldUpdater.newUpdater(Watcher.class, "work");

    private static final Link NOWHERE = Link.start();

    private final Watches watches;
    private final Topic topic;
    private final Resumption resumption;
    private final Standing caller;
    private final CoreSubscriber<? super WireFrame> subscriber;

    // written by any thread
    private volatile long requested;
    private volatile int work;
    private volatile boolean cancelled;
    private volatile @Nullable Watchable watchable;
    private volatile @Nullable Throwable failure;
    private volatile boolean stoodOtherwise;

    // owned by whoever drains
    private @Nullable LiveTopic live;
    private volatile Link place = NOWHERE;
    private Step step = Step.REGISTER;
    private final Disposable.Swap authorisation = Disposables.swap();
    private long authorisedAt = Long.MIN_VALUE;
    private long position = -1;
    private long emitted;
    private boolean reset;
    private boolean greeted;
    private @Nullable Missed missed;

    /** The place in the chain up to which frames waited for demand. */
    private long waitedUpTo = -1;

    private final WatchedStates states;

    private final Runnable otherwise = this::standsOtherwise;

    /**
     * Whether the log has to be read before the chain is followed: for what was missed, or for a part of the chain that
     * was let go of.
     */
    private boolean readsOn;

    private enum Step {
        REGISTER,
        /** Registered, and waiting until the topic's updates are subscribed to. */
        CONNECT,
        AUTHORISE,
        /** Authorised, and finding out whether the cursor can be served. */
        LOCATE,
        /** Let in: the states are due, and for the first time the first frame. */
        GREET,
        FOLLOW,
        ENDED
    }

    Watcher(
            Watches watches,
            Topic topic,
            @Nullable String after,
            Standing caller,
            CoreSubscriber<? super WireFrame> subscriber) {
        this.watches = watches;
        this.topic = topic;
        this.resumption = new Resumption(after);
        this.caller = caller;
        this.subscriber = subscriber;
        this.states = new WatchedStates(caller.caller().user());
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            failure = new IllegalArgumentException("A request is for at least one frame");
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

    /** The caller's token is another: whether they may go on is asked before anything else is told. */
    private void standsOtherwise() {
        stoodOtherwise = true;
        drain();
    }

    /** Whether everything up to this link has been passed. Called by the thread that wakes, and may be out of date. */
    boolean hasPassed(Link link) {
        return place.framesTo(link) <= 0;
    }

    /** How many frames are between it and this link. May be out of date. */
    long framesTo(Link link) {
        return Math.max(0, place.framesTo(link));
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
            // one that comes now holds nothing, and waits until its client can be told
            if (step == Step.REGISTER && !mayEmit()) {
                return false;
            }
            sendAway();
            return false;
        }
        if (stoodOtherwise && step.compareTo(Step.CONNECT) > 0) {
            authorise();
        }
        return switch (step) {
            case REGISTER -> register();
            case CONNECT -> connected();
            case AUTHORISE -> authorised();
            case LOCATE -> located();
            case GREET -> greet();
            case FOLLOW -> missed == null ? follow() : catchUp(missed);
            case ENDED -> false;
        };
    }

    private boolean register() {
        caller.tell(otherwise);
        LiveTopic joined = watches.join(topic, this);
        live = joined;
        place = joined.tail();
        states.cameTo(joined.board());
        step = Step.CONNECT;
        return true;
    }

    private boolean connected() {
        if (place.isOpen()) {
            authorise();
            return true;
        }
        return false;
    }

    private void authorise() {
        step = Step.AUTHORISE;
        stoodOtherwise = false;
        watchable = null;
        authorisation.update(watches.source()
                .watchable(topic, caller.caller())
                .subscribe(
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
            skipWhatIsTooMuch();
            return false;
        }
        watchable = null;
        authorisedAt = answer.last();
        states.take(live().asTheyAre(answer.states()));
        step = greeted ? Step.GREET : Step.LOCATE;
        if (!greeted) {
            resumption.locate(watches.source(), topic, live().cursors(), authorisedAt, this::drain);
        }
        return true;
    }

    private boolean located() {
        if (resumption.isLocated()) {
            step = Step.GREET;
            return true;
        }
        skipWhatIsTooMuch();
        return unlocated();
    }

    private boolean unlocated() {
        Throwable unknown = resumption.failure();
        if (unknown != null) {
            failure = unknown;
        }
        return unknown != null;
    }

    private boolean greet() {
        if ((!greeted || reset || states.hasNext()) && !mayEmit()) {
            hold();
            skipWhatIsTooMuch();
            return false;
        }
        if (!greeted) {
            greeted = true;
            begin();
            live().enter(caller);
        } else if (reset) {
            // before the states: who starts anew keeps them
            reset = false;
            emit(Frames.RESET);
        } else if (states.hasNext()) {
            emit(states.next());
        } else {
            step = Step.FOLLOW;
        }
        return true;
    }

    /** Decides from where the stream goes on, and tells it. */
    private void begin() {
        reset = resumption.isReset();
        position = resumption.from(authorisedAt);
        // at its end, too: states may have changed that don't stand at the start
        readsOn |= position < authorisedAt || resumption.resumes() && topic.hasPassingStates();
        emit(Frames.start(live().cursors().of(position)));
    }

    /**
     * Reads on from the log. What it gives is complete up to what the chain tells after {@link #place}, which therefore
     * has to be open.
     */
    private void readLog() {
        readsOn = false;
        Missed reading = new Missed(this);
        missed = reading;
        reading.read(
                watches.source().missed(topic, position), live().cursors(), live().redactions());
    }

    private boolean catchUp(Missed reading) {
        skipWhatIsTooMuch();
        boolean done = reading.isDone();
        TopicFrame next = reading.peek();
        if (next == null) {
            if (done) {
                missed = null;
                failure = reading.failure();
            }
            return done;
        }
        if (next.sequence() <= position) {
            reading.take();
            return true;
        }
        if (next.frame() != null && !mayEmit()) {
            reading.hold();
            return false;
        }
        reading.take();
        WireFrame shown = shown(next, reading.hasWaited());
        if (next.sequence() != TopicFrame.NO_PLACE) {
            pass(next, shown, next.sequence() > authorisedAt);
        } else if (shown != null) {
            emit(shown);
        }
        return true;
    }

    private boolean follow() {
        if (readsOn) {
            if (place.isOpen()) {
                readLog();
            }
            return missed != null;
        }
        Link next = place.next();
        if (next == null || !next.isOpen()) {
            return tellState();
        }
        TopicFrame frame = next.frame();
        if (frame == null) {
            place = next;
            readLog();
            return true;
        }
        if (frame.sequence() <= position) {
            place = next;
            authoriseAgainAfter(frame);
            return true;
        }
        if (frame.frame() != null && !mayEmit()) {
            hold();
            return endIfSlow();
        }
        boolean waited = next.index() <= waitedUpTo;
        place = next;
        pass(frame, shown(frame, waited), true);
        return true;
    }

    /**
     * Tells a state that has changed; they wait for the log, and a later one takes the place of one that has not been
     * told.
     */
    private boolean tellState() {
        StateBoard.Posted state = mayEmit() ? states.newsOn(live().board(), live().now()) : null;
        if (state == null) {
            return false;
        }
        states.pass(state);
        emit(state.frame());
        return true;
    }

    /**
     * @param news whether it may be newer than what the caller was authorised by
     */
    private void pass(TopicFrame frame, @Nullable WireFrame shown, boolean news) {
        position = frame.sequence();
        if (shown != null) {
            emit(shown);
        }
        if (news) {
            authoriseAgainAfter(frame);
        }
    }

    /** What has been told up to now waits for demand, and is looked at again before it is handed out. */
    private void hold() {
        waitedUpTo = live().tail().index();
    }

    private static @Nullable WireFrame shown(TopicFrame frame, boolean waited) {
        WireFrame wire = frame.frame();
        return wire != null && waited ? wire.asOfNow() : wire;
    }

    /**
     * When the caller was removed, whether they may go on is asked before anything else is told: an admin may, and
     * anyone in a channel.
     */
    private void authoriseAgainAfter(TopicFrame frame) {
        if (frame.asksAgain().test(caller.caller().user())) {
            authorise();
        }
    }

    /** While not live yet, what becomes too much to wait for is let go of, and read from the log later. */
    private void skipWhatIsTooMuch() {
        Link tail = live().tail();
        if (watches.isTooMuch(place, tail)) {
            place = tail;
            readsOn = true;
        }
    }

    private boolean endIfSlow() {
        if (watches.isTooMuch(place, live().tail())) {
            watches.meters().slowConsumer();
            fail(new SlowConsumer());
        }
        return false;
    }

    private LiveTopic live() {
        return Objects.requireNonNull(live);
    }

    private boolean mayEmit() {
        long n = requested;
        return n == Long.MAX_VALUE || emitted < n;
    }

    private void emit(WireFrame frame) {
        emitted++;
        subscriber.onNext(frame);
    }

    private void sendAway() {
        if (mayEmit()) {
            emit(watches.reconnect());
        }
        release();
        subscriber.onComplete();
    }

    private void fail(Throwable reason) {
        release();
        subscriber.onError(reason);
    }

    private void release() {
        step = Step.ENDED;
        place = NOWHERE;
        caller.forget(otherwise);
        authorisation.dispose();
        resumption.cancel();
        if (missed != null) {
            missed.cancel();
            missed = null;
        }
        if (live != null) {
            if (greeted) {
                live.depart(caller);
            }
            live.leave(this);
            live = null;
        }
    }
}
