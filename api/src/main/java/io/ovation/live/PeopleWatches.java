package io.ovation.live;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.ovation.Caller;
import org.axonframework.queryhandling.QueryGateway;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;

/**
 * The live streams of people's presence, for every transport. The node has one subscription to all changes, for as long
 * as anybody watches; a change costs O(watchers of that person), on a thread of its own, and is encoded once for all of
 * them.
 *
 * <p>Who may watch whom is asked when a stream opens, and again when a member is removed from a conversation, for all
 * streams of that member and all that watch them.
 */
public final class PeopleWatches {
    private static final Logger log = LoggerFactory.getLogger(PeopleWatches.class);
    private static final long RETRY_MILLIS = 500;

    /** Streams that are asked about again at once: a removal must not take the read models from everybody else. */
    private static final int ASKED_AT_ONCE = 16;

    private final Map<String, Set<PeopleWatcher>> byPerson = new ConcurrentHashMap<>();
    private final Map<String, Set<PeopleWatcher>> byCaller = new ConcurrentHashMap<>();
    private final Sinks.Many<Mono<Void>> questions = Sinks.unsafe()
            .many()
            .unicast()
            .onBackpressureBuffer(Queues.<Mono<Void>>unboundedMultiproducer().get());
    private final Watches watches;
    private final PeopleSource source;
    private final Scheduler scheduler;

    /** The latest of each watched person that is still to be told, by person; it guards itself, and the field below. */
    private final Map<String, Update> waiting = new LinkedHashMap<>();

    private boolean tellingIsDue;

    /** Guards the fields below. */
    private final Object connection = new Object();

    private final Disposable.Swap subscription = Disposables.swap();
    private int watchers;

    /** @param scheduler where changes are told */
    public PeopleWatches(Watches watches, QueryGateway queries, Scheduler scheduler) {
        this(watches, new AxonPeopleSource(queries, watches.source()), scheduler);
    }

    PeopleWatches(Watches watches, PeopleSource source, Scheduler scheduler) {
        this.watches = watches;
        this.source = source;
        this.scheduler = scheduler;
        questions.asFlux().flatMap(question -> question, ASKED_AT_ONCE).subscribe();
    }

    /**
     * A live stream of people's presence: at once a {@code start}, then how each is, in the order in which they are
     * named, then what changes. Of each person the latest, as demand allows: what a slow watcher has not seen is
     * replaced, and never more than one frame a person waits.
     *
     * <p>It fails with what the query side rejects the caller with, also when they share no conversation any more
     * later. It completes, after a {@code reconnect}, only when the server drains. Frames come on any thread;
     * cancelling frees everything.
     *
     * @param users each once
     * @param after a cursor of an earlier stream; null or empty for none. What is none gets a {@code reset}.
     */
    public Flux<WireFrame> watch(List<String> users, @Nullable String after, Caller caller) {
        return watch(users, after, Standing.of(caller));
    }

    /** As above, of a caller whose token may be another later. */
    public Flux<WireFrame> watch(List<String> users, @Nullable String after, Standing caller) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super WireFrame> subscriber) {
                PeopleWatcher watcher = new PeopleWatcher(PeopleWatches.this, users, after, caller, subscriber);
                subscriber.onSubscribe(watcher);
                watcher.drain();
            }
        };
    }

    /** How many streams are open on this node. */
    public int watchers() {
        synchronized (connection) {
            return watchers;
        }
    }

    boolean isDraining() {
        return watches.isDraining();
    }

    WireFrame reconnect() {
        return watches.reconnect();
    }

    Cursors cursors() {
        return watches.cursors(Topic.presence());
    }

    /** A stream of states has nothing to be missed: its cursor is only looked at. */
    void locate(Resumption resumption, Runnable then) {
        resumption.locate(watches.source(), Topic.presence(), cursors(), Long.MAX_VALUE, then);
    }

    PeopleSource source() {
        return source;
    }

    /** Registers a watcher, which is told of everything from now on. */
    void join(PeopleWatcher watcher) {
        watcher.watchCaller();
        for (String user : watcher.users()) {
            add(byPerson, user, watcher);
        }
        add(byCaller, watcher.caller().user(), watcher);
        synchronized (connection) {
            if (watchers++ == 0) {
                connect();
            }
        }
    }

    /** Takes back a {@link #join}. */
    void leave(PeopleWatcher watcher) {
        watcher.forgetCaller();
        for (String user : watcher.users()) {
            remove(byPerson, user, watcher);
        }
        remove(byCaller, watcher.caller().user(), watcher);
        synchronized (connection) {
            if (--watchers == 0) {
                subscription.update(Disposables.disposed());
            }
        }
    }

    void wakeAll() {
        byCaller.values().forEach(each -> each.forEach(PeopleWatcher::drain));
    }

    /** Has a watcher asked about again, when it is its turn. */
    void ask(PeopleWatcher watcher) {
        questions.tryEmitNext(Mono.defer(watcher::askAgain));
    }

    private void connect() {
        subscription.update(source.updates().subscribe(this::take, this::dropped, () -> dropped(null)));
    }

    /** On a thread of the query side's, which must not be held up. */
    private void take(Update update) {
        if (update.frame() instanceof Frame.Presence presence) {
            if (byPerson.containsKey(presence.user())) {
                tellLater(presence.user(), update);
            }
        } else if (update.frame() instanceof Frame.Member member) {
            scheduler.schedule(() -> {
                each(byPerson, member.user()).forEach(PeopleWatcher::doubt);
                each(byCaller, member.user()).forEach(PeopleWatcher::doubt);
            });
        }
    }

    private void tellLater(String user, Update update) {
        synchronized (waiting) {
            waiting.merge(user, update, (before, now) -> now.sequence() >= before.sequence() ? now : before);
            if (tellingIsDue) {
                return;
            }
            tellingIsDue = true;
        }
        scheduler.schedule(this::tell);
    }

    private void tell() {
        List<Update> updates;
        synchronized (waiting) {
            updates = List.copyOf(waiting.values());
            waiting.clear();
            tellingIsDue = false;
        }
        for (Update update : updates) {
            Frame.Presence presence = (Frame.Presence) update.frame();
            Set<PeopleWatcher> told = each(byPerson, presence.user());
            if (!told.isEmpty()) {
                PeopleWatcher.News news = new PeopleWatcher.News(update.sequence(), presence, Frames.of(presence));
                told.forEach(watcher -> watcher.take(news));
            }
        }
    }

    private void dropped(@Nullable Throwable failure) {
        log.warn("Updates of presence were dropped, and are subscribed to again: {}", String.valueOf(failure));
        scheduler.schedule(
                () -> {
                    synchronized (connection) {
                        if (watchers == 0) {
                            return;
                        }
                        connect();
                    }
                    // what came between is in the answers
                    byCaller.values().forEach(each -> each.forEach(PeopleWatcher::doubt));
                },
                RETRY_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private static Set<PeopleWatcher> each(Map<String, Set<PeopleWatcher>> by, String user) {
        return by.getOrDefault(user, Set.of());
    }

    private static void add(Map<String, Set<PeopleWatcher>> by, String user, PeopleWatcher watcher) {
        // within compute, so that a set that becomes empty is not removed while it is added to
        by.compute(user, (key, before) -> {
            Set<PeopleWatcher> set = before == null ? ConcurrentHashMap.newKeySet(1) : before;
            set.add(watcher);
            return set;
        });
    }

    private static void remove(Map<String, Set<PeopleWatcher>> by, String user, PeopleWatcher watcher) {
        by.computeIfPresent(user, (key, set) -> {
            set.remove(watcher);
            return set.isEmpty() ? null : set;
        });
    }
}
