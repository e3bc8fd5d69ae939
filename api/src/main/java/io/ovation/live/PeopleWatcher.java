package io.ovation.live;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

import io.ovation.Caller;
import io.ovation.presence.PresenceQuery.People;
import io.ovation.presence.PresenceQuery.Person;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * One watcher of some people. Any thread calls {@link #drain()} when there may be something to do; one at a time does
 * it.
 *
 * <p>It registers first, then asks how they are, and goes on with what it was told since: of each person the later of
 * the two, so nothing is missed between them.
 */
final class PeopleWatcher implements Subscription {
    private static final AtomicLongFieldUpdater<PeopleWatcher> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(PeopleWatcher.class, "requested");
    private static final AtomicIntegerFieldUpdater<PeopleWatcher> WORK =
            AtomicIntegerFieldUpdater.newUpdater(PeopleWatcher.class, "work");

    private final PeopleWatches watches;
    private final List<String> users;
    private final Standing caller;
    private final Runnable otherwise = this::doubt;
    private final Resumption resumption;
    private final Cursors cursors;
    private final CoreSubscriber<? super WireFrame> subscriber;

    // written by any thread
    private volatile long requested;
    private volatile int work;
    private volatile boolean cancelled;
    private volatile boolean ended;
    private volatile @Nullable People answer;
    private volatile @Nullable Throwable failure;
    private final AtomicBoolean doubted = new AtomicBoolean();

    /** The latest of each person that is still to be told, the longest waiting first; it guards itself. */
    private final Map<String, News> waiting = new LinkedHashMap<>();

    // owned by whoever drains
    private boolean joined;
    private boolean answered;
    private boolean greeted;
    private boolean reset;
    private long position = -1;
    private long emitted;
    private final Map<String, News> told = new HashMap<>();
    private final Disposable.Swap first = Disposables.swap();

    /**
     * How a person is.
     *
     * @param version the position in the log of what made it so
     * @param frame encoded for all watchers; null where that is still to be done
     */
    record News(
            long version, Frame.Presence presence, @Nullable WireFrame frame) {
        static News of(Person person) {
            return new News(
                    person.position(),
                    new Frame.Presence(person.user(), person.status().name(), person.since()),
                    null);
        }

        /** What is remembered of it once it is told. */
        News remembered() {
            return frame == null ? this : new News(version, presence, null);
        }
    }

    PeopleWatcher(
            PeopleWatches watches,
            List<String> users,
            @Nullable String after,
            Standing caller,
            CoreSubscriber<? super WireFrame> subscriber) {
        this.watches = watches;
        this.users = users;
        this.resumption = new Resumption(after);
        this.cursors = watches.cursors();
        this.caller = caller;
        this.subscriber = subscriber;
    }

    List<String> users() {
        return users;
    }

    Caller caller() {
        return caller.caller();
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

    /** One of the people has changed. */
    void take(News news) {
        offer(news);
        drain();
    }

    /**
     * The caller may share a conversation no more with one of the people: that is asked, once for any number of doubts
     * that come before it is.
     */
    void doubt() {
        if (doubted.compareAndSet(false, true)) {
            watches.ask(this);
        }
    }

    /** Has a change of the caller's token be a doubt. */
    void watchCaller() {
        caller.tell(otherwise);
    }

    void forgetCaller() {
        caller.forget(otherwise);
    }

    /** Asks again; completes with the answer, or at once where nobody watches any more. */
    Mono<Void> askAgain() {
        doubted.set(false);
        return ended
                ? Mono.empty()
                : ask().doOnNext(this::answer).doOnError(this::refuse).then().onErrorComplete();
    }

    private Mono<People> ask() {
        return watches.source().people(users, caller.caller());
    }

    private void answer(People people) {
        answer = people;
        drain();
    }

    private void refuse(Throwable refusal) {
        failure = refusal;
        drain();
    }

    private void offer(News news) {
        synchronized (waiting) {
            // one that is newer keeps the place of the one before
            waiting.merge(
                    news.presence().user(), news, (before, now) -> now.version() > before.version() ? now : before);
        }
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
        if (ended) {
            return false;
        }
        if (cancelled) {
            release();
            return false;
        }
        Throwable failed = failure;
        if (failed != null) {
            release();
            subscriber.onError(failed);
            return false;
        }
        if (watches.isDraining()) {
            // one that comes now holds nothing, and waits until its client can be told
            if (!joined && !mayEmit()) {
                return false;
            }
            sendAway();
            return false;
        }
        if (!joined) {
            joined = true;
            watches.join(this);
            first.update(ask().subscribe(this::answer, this::refuse));
            watches.locate(resumption, this::drain);
            return true;
        }
        People people = answer;
        if (people != null) {
            answer = null;
            answered = true;
            people.people().forEach(person -> {
                position = Math.max(position, person.position());
                offer(News.of(person));
            });
            return true;
        }
        if (!answered || !resumption.isLocated()) {
            Throwable unknown = resumption.failure();
            if (unknown != null) {
                failure = unknown;
            }
            return unknown != null;
        }
        return greeted && !reset ? tell() : greet();
    }

    /** A stream of states has nothing to be missed: its cursor is only looked at. */
    private boolean greet() {
        if (!mayEmit()) {
            return false;
        }
        if (greeted) {
            reset = false;
            emit(Frames.RESET);
        } else {
            greeted = true;
            reset = resumption.isReset();
            emit(Frames.start(cursors.of(position)));
        }
        return true;
    }

    private boolean tell() {
        if (!mayEmit()) {
            return false;
        }
        News news = next();
        if (news == null) {
            return false;
        }
        News before = told.get(news.presence().user());
        if (before == null || news.version() > before.version()) {
            told.put(news.presence().user(), news.remembered());
            if (before == null || !before.presence().equals(news.presence())) {
                emit(news.frame() == null ? Frames.of(news.presence()) : news.frame());
            }
        }
        return true;
    }

    private @Nullable News next() {
        synchronized (waiting) {
            Iterator<News> all = waiting.values().iterator();
            if (!all.hasNext()) {
                return null;
            }
            News next = all.next();
            all.remove();
            return next;
        }
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

    private void release() {
        ended = true;
        first.dispose();
        resumption.cancel();
        told.clear();
        synchronized (waiting) {
            waiting.clear();
        }
        if (joined) {
            watches.leave(this);
        }
    }
}
