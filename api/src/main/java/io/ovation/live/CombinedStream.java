package io.ovation.live;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.BiFunction;

import io.ovation.ValidationFailed;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * Many watches as one stream. Any thread calls {@link #drain()} when there may be something to do; one at a time does
 * it, and takes no lock.
 *
 * <p>One frame of each watch waits here at most, and each has its turn: the rest stays in the watch, which bounds it,
 * and one that has much to catch up with holds up no other. A frame gets the name of its watch, and the places of all
 * watches as its cursor, when it is handed out. What ends one watch is told of that one; a reader who is too slow for
 * one of them is so for the whole, and the server's farewell is for the whole.
 */
public final class CombinedStream implements Subscription {
    private static final AtomicLongFieldUpdater<CombinedStream> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(CombinedStream.class, "requested");
    private static final AtomicIntegerFieldUpdater<CombinedStream> WORK =
            AtomicIntegerFieldUpdater.newUpdater(CombinedStream.class, "work");

    /** All people's presence is one topic, and a stream of states, which has no place to go on from. */
    private static final int PRESENCE = Cursors.hash(Topic.presence());

    private final List<Part> parts = new ArrayList<>();
    private final CombinedCursor cursor;
    private final boolean isHeldUp;
    private final BiFunction<String, Throwable, byte[]> problem;
    private final CoreSubscriber<? super WireFrame> subscriber;

    private volatile long requested;
    private volatile int work = 1;
    private volatile boolean cancelled;

    // owned by whoever drains
    private final Set<Integer> topics = new HashSet<>();
    private long emitted;
    private int turn;
    private int waitedFor;
    private int open;
    private boolean complete = true;
    private volatile boolean ended;

    /**
     * One of the watches.
     *
     * @param name how its frames say that they are of it
     * @param frames the stream; it has no cursor of many watches in it
     */
    public record Watched(String name, Flux<WireFrame> frames) {}

    private CombinedStream(
            List<Watched> watches,
            List<String> after,
            BiFunction<String, Throwable, byte[]> problem,
            CoreSubscriber<? super WireFrame> subscriber) {
        this.isHeldUp = after.size() > 1;
        // a watch that is refused before it begins keeps its place
        this.cursor = CombinedCursor.of(after);
        this.problem = problem;
        this.subscriber = subscriber;
        watches.forEach(watched -> parts.add(new Part(watched)));
        this.waitedFor = parts.size();
        this.open = parts.size();
    }

    /**
     * The watches as one stream. Demand is honoured to the frame; cancelling frees all of them. It ends when the last
     * of them has, or when the server drains, and fails with {@link SlowConsumer}.
     *
     * <p>With one cursor for all, a watch that has not begun has its place in that one. With several, where its place
     * is in its own is not known before it has begun: then nothing is handed out before all have.
     *
     * @param after the cursors that the watches were opened with
     * @param problem the last frame of a watch, from its name and why it ended
     */
    public static Flux<WireFrame> of(
            List<Watched> watches, List<String> after, BiFunction<String, Throwable, byte[]> problem) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super WireFrame> subscriber) {
                CombinedStream stream = new CombinedStream(watches, after, problem, subscriber);
                subscriber.onSubscribe(stream);
                // nothing is handed out before all are open: the first could have more than anybody asks for
                stream.parts.forEach(Part::open);
                stream.work();
            }
        };
    }

    /** The cursor that each of many watches is opened with: each finds its own place in it. */
    public static @Nullable String after(@Nullable String after) {
        CombinedCursor cursor = CombinedCursor.of(after == null || after.isEmpty() ? null : after);
        return cursor.isEmpty() ? after : cursor.text();
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            Operators.addCap(REQUESTED, this, n);
            drain();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        drain();
    }

    private void drain() {
        if (WORK.getAndIncrement(this) == 0) {
            work();
        }
    }

    private void work() {
        int seen = 1;
        do {
            while (advance()) {
                // one frame at a time
            }
            seen = WORK.addAndGet(this, -seen);
        } while (seen != 0);
    }

    private boolean advance() {
        if (ended) {
            return false;
        }
        if (cancelled) {
            end();
            return false;
        }
        if (isHeldUp && waitedFor > 0) {
            parts.forEach(Part::look);
            if (waitedFor > 0) {
                return false;
            }
        }
        for (int i = 0; i < parts.size(); i++) {
            int next = (turn + i) % parts.size();
            if (parts.get(next).take()) {
                turn = (next + 1) % parts.size();
                return true;
            }
        }
        if (open == 0 && !ended) {
            end();
            subscriber.onComplete();
        }
        return false;
    }

    private boolean mayEmit() {
        long n = requested;
        return n == Long.MAX_VALUE || emitted < n;
    }

    private void emit(WireFrame frame) {
        emitted++;
        subscriber.onNext(frame);
    }

    private void end() {
        ended = true;
        parts.forEach(Part::cancel);
    }

    /** A watch has begun, or ended before it had: once all have, what no watch goes on from is forgotten. */
    private void begun(boolean hasPlace) {
        complete &= hasPlace;
        if (--waitedFor == 0 && complete) {
            cursor.keep(topics);
        }
    }

    /** One of the watches, and the one frame of it that waits. */
    private final class Part implements CoreSubscriber<WireFrame> {
        private final Watched watched;
        private final byte[] name;
        private volatile Subscription upstream = Operators.emptySubscription();
        private volatile @Nullable WireFrame held;
        private volatile @Nullable Throwable failure;
        private volatile boolean done;

        // owned by whoever drains
        private boolean begun;
        private boolean isTwin;
        private boolean over;

        Part(Watched watched) {
            this.watched = watched;
            this.name = Frames.member("watch", watched.name());
        }

        void open() {
            if (!cancelled) {
                watched.frames().subscribe(this);
            }
        }

        @Override
        public void onSubscribe(Subscription s) {
            upstream = s;
            // whoever ends looks for it after they have said so
            if (cancelled || ended) {
                s.cancel();
            } else {
                s.request(1);
            }
        }

        @Override
        public void onNext(WireFrame frame) {
            held = frame;
            drain();
        }

        @Override
        public void onError(Throwable t) {
            failure = t;
            done = true;
            drain();
        }

        @Override
        public void onComplete() {
            done = true;
            drain();
        }

        /** Hands out what waits, or tells why there is no more; false where there is nothing to do. */
        boolean take() {
            if (over || ended) {
                return false;
            }
            boolean last = done;
            WireFrame frame = held;
            if (frame != null) {
                return mayEmit() && give(frame);
            }
            Throwable reason = failure;
            if (!last || reason != null && !(reason instanceof SlowConsumer) && !mayEmit()) {
                return false;
            }
            if (reason instanceof SlowConsumer) {
                end();
                subscriber.onError(reason);
                return false;
            }
            finish(reason);
            return true;
        }

        private boolean give(WireFrame frame) {
            held = null;
            if (frame.backMillis() >= 0) {
                end();
                subscriber.onNext(frame);
                subscriber.onComplete();
                return false;
            }
            if (!begin(frame)) {
                upstream.cancel();
                finish(new ValidationFailed("watch", "is watched under another name already: " + watched.name()));
                return true;
            }
            String own = frame.cursor();
            if (own != null) {
                cursor.put(own);
            }
            // a text that waited here may have been redacted meanwhile
            emit(Frames.of(frame.asOfNow(), name, own == null ? null : cursor.text()));
            upstream.request(1);
            return true;
        }

        /** Takes note of the place where the watch begins, and hands out nothing. */
        void look() {
            boolean last = done;
            WireFrame first = held;
            if (first != null) {
                if (begin(first) && first.cursor() != null) {
                    cursor.put(first.cursor());
                }
            } else if (last && !begun) {
                begun = true;
                begun(false);
            }
        }

        /** False where another watch is of the same topic: they would have one place for two. */
        private boolean begin(WireFrame first) {
            if (!begun) {
                begun = true;
                Cursors.Single place = first.cursor() == null ? null : Cursors.single(first.cursor());
                isTwin = place != null && place.hash() != PRESENCE && !topics.add(place.hash());
                begun(place != null);
            }
            return !isTwin;
        }

        private void finish(@Nullable Throwable reason) {
            over = true;
            open--;
            if (!begun) {
                begun = true;
                begun(false);
            }
            if (reason != null) {
                emit(new WireFrame(null, problem.apply(watched.name(), reason)));
            }
        }

        void cancel() {
            held = null;
            upstream.cancel();
        }
    }
}
