package io.ovation.live;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.ovation.Caller;
import io.ovation.cluster.Nodes;
import io.ovation.trace.Traces;
import org.axonframework.queryhandling.QueryGateway;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * The live streams of topics, for every transport. Each watched topic has one subscription on this node and each update
 * is encoded once, however many watch it.
 */
public final class Watches {
    private static final int MAX_WAITING_FRAMES = 1024;
    private static final int MAX_WAITING_BYTES = 4 * 1024 * 1024;

    /** How many of those who watch are named. */
    private static final int MOST_USERS = 200;

    /**
     * Clients of a server that drains come back spread over a time that gives each so much, for a node lets in 50 a
     * second from one address.
     */
    private static final long RECONNECT_MILLIS_EACH = 20;

    private static final long LEAST_RECONNECT_SPREAD_MILLIS = 1_000;

    private final Map<Topic, LiveTopic> topics = new ConcurrentHashMap<>();
    private final TopicSource source;
    private final Scheduler scheduler;
    private final Executor waker;
    private final int maxWaitingFrames;
    private final int maxWaitingBytes;
    private final PushMeters meters = new PushMeters(this);
    private final Traces traces;
    private final Predicate<Topic> audiences;
    private final AudiencesElsewhere elsewhere;
    private final Sinks.Empty<Void> drained = Sinks.empty();
    private volatile long reconnectSpreadMillis = LEAST_RECONNECT_SPREAD_MILLIS;
    private volatile boolean draining;

    /**
     * @param log which log it is that is told
     * @param scheduler where a dropped subscription is made anew
     * @param waker where the watchers of a topic that has many are given what is new
     * @param nodes the other nodes, on which others watch
     */
    Watches(
            QueryGateway queries, LogIdentity log, Scheduler scheduler, Executor waker, Nodes nodes, Traces traces) {
        this(
                new AxonTopicSource(queries, log),
                scheduler,
                waker,
                MAX_WAITING_FRAMES,
                MAX_WAITING_BYTES,
                Topic::hasAudience,
                nodes,
                traces);
    }

    /** Of a node that is alone. */
    public Watches(QueryGateway queries, LogIdentity log, Scheduler scheduler, Executor waker) {
        this(queries, log, scheduler, waker, Nodes.ALONE, Traces.OFF);
    }

    /** Of topics whose watchers are not told how many they are. */
    Watches(TopicSource source, Scheduler scheduler, Executor waker, int maxWaitingFrames, int maxWaitingBytes) {
        this(source, scheduler, waker, maxWaitingFrames, maxWaitingBytes, topic -> false);
    }

    /** @param audiences which topics' watchers are told how many they are */
    Watches(
            TopicSource source,
            Scheduler scheduler,
            Executor waker,
            int maxWaitingFrames,
            int maxWaitingBytes,
            Predicate<Topic> audiences) {
        this(source, scheduler, waker, maxWaitingFrames, maxWaitingBytes, audiences, Nodes.ALONE, Traces.OFF);
    }

    /** @param nodes the other nodes */
    Watches(
            TopicSource source,
            Scheduler scheduler,
            Executor waker,
            int maxWaitingFrames,
            int maxWaitingBytes,
            Predicate<Topic> audiences,
            Nodes nodes,
            Traces traces) {
        this.elsewhere = new AudiencesElsewhere(
                nodes,
                scheduler,
                this::presentHere,
                () -> topics.keySet().stream().filter(audiences).toList(),
                this::countAgain);
        this.audiences = audiences;
        this.traces = traces;
        this.source = source;
        this.scheduler = scheduler;
        this.waker = waker;
        this.maxWaitingFrames = maxWaitingFrames;
        this.maxWaitingBytes = maxWaitingBytes;
    }

    /**
     * A live stream of a topic: at once a {@code start} with the place from which it goes on, then a {@code reset}
     * where {@code after} is no cursor of this topic and log, then the current states, then with {@code after}
     * everything since that cursor, then what is new, each frame once and in order; of states the latest, whenever they
     * have changed and nothing else waits.
     *
     * <p>Demand is honoured to the frame. The stream fails with what the query side rejects the caller with, also when
     * the caller is removed later, and with {@link SlowConsumer} when more than 1,024 frames or 4 MiB wait for demand.
     * It completes, after a {@code reconnect}, only when the server drains. Frames come on any thread; cancelling frees
     * everything.
     *
     * @param after a cursor of an earlier stream of the topic; null or empty to start with what is new
     */
    public Flux<WireFrame> watch(Topic topic, @Nullable String after, Caller caller) {
        return watch(topic, after, Standing.of(caller));
    }

    /** As above, of a caller whose token may be another later: what it does not allow ends, too. */
    public Flux<WireFrame> watch(Topic topic, @Nullable String after, Standing caller) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super WireFrame> subscriber) {
                Watcher watcher = new Watcher(Watches.this, topic, after, caller, subscriber);
                subscriber.onSubscribe(watcher);
                watcher.drain();
            }
        };
    }

    /**
     * Tells the watchers of a topic on this node of a state that no event made, and that is over by itself.
     *
     * @param life how long it lasts, unless it is told again
     */
    public void tell(Topic topic, Frame.State state, Duration life) {
        LiveTopic live = topics.get(topic);
        if (live != null) {
            live.tell(state, life);
        }
    }

    /** The cursor of a place in a topic: that of the frame which stands there. */
    public String cursor(Topic topic, long sequence) {
        return cursors(topic).of(sequence);
    }

    /**
     * The place that a cursor of a topic names; empty for what is no cursor of it, or of what a restore from a back-up
     * undid.
     */
    public Mono<Long> sequence(Topic topic, String cursor) {
        return Resumption.sequence(source, topic, cursors(topic), cursor);
    }

    Cursors cursors(Topic topic) {
        return new Cursors(topic, source);
    }

    PushMeters meters() {
        return meters;
    }

    /** How many streams of topics are open on this node. */
    int streams() {
        return topics.values().stream().mapToInt(LiveTopic::watchers).sum();
    }

    /** How many frames wait for their watchers, summed over all. */
    long framesWaiting() {
        return topics.values().stream().mapToLong(LiveTopic::framesWaiting).sum();
    }

    /**
     * Who watches a topic.
     *
     * @param connections how many connections do; two streams of one count once
     * @param users the ids of those who are connected, each once, up to as many as were asked for
     */
    public record Present(int connections, List<String> users) {}

    /**
     * Who watches a topic now, on all nodes: on others, as they said a second ago.
     *
     * @param most how many ids are wanted
     */
    public Present present(Topic topic, int most) {
        Present here = presentHere(topic);
        return new Present(
                here.connections() + elsewhere.watching(topic),
                Stream.concat(here.users().stream(), elsewhere.users(topic).stream())
                        .distinct()
                        .limit(most)
                        .toList());
    }

    private Present presentHere(Topic topic) {
        LiveTopic live = topics.get(topic);
        return live == null
                ? new Present(0, List.of())
                : new Present(live.audience().watching(), live.audience().users(MOST_USERS));
    }

    /** Others watch it elsewhere than before. */
    private void countAgain(Topic topic) {
        LiveTopic live = topics.get(topic);
        if (live != null) {
            live.countLater();
        }
    }

    /** How many topics are watched on this node. */
    public int topics() {
        return topics.size();
    }

    /**
     * Ends all streams, those that are still to come too, with a {@code reconnect}. When its client is to come back may
     * be long after this server has ended.
     *
     * @param clients how many have to be let in elsewhere
     */
    void drain(long clients) {
        reconnectSpreadMillis = Math.max(LEAST_RECONNECT_SPREAD_MILLIS, clients * RECONNECT_MILLIS_EACH);
        draining = true;
        drained.tryEmitEmpty();
        topics.values().forEach(LiveTopic::wakeNow);
    }

    /** Ends when the server drains: a stream that is no topic's ends with it, and with {@link #farewell}. */
    public Mono<Void> draining() {
        return drained.asMono();
    }

    /** The {@code reconnect} of a server that drains; empty while it does not. */
    public Mono<WireFrame> farewell() {
        return Mono.fromSupplier(() -> draining ? reconnect() : null);
    }

    boolean isDraining() {
        return draining;
    }

    WireFrame reconnect() {
        return Frames.reconnect(ThreadLocalRandom.current().nextLong(reconnectSpreadMillis));
    }

    /** Whether that much between two places of a chain is more than may wait for a watcher. */
    boolean isTooMuch(Link place, Link tail) {
        return place.framesTo(tail) > maxWaitingFrames || place.bytesTo(tail) > maxWaitingBytes;
    }

    TopicSource source() {
        return source;
    }

    private LiveTopic liveTopic(Topic topic) {
        return new LiveTopic(
                topic,
                source,
                scheduler,
                waker,
                meters,
                traces,
                audiences.test(topic),
                elsewhere,
                closed -> topics.remove(topic, closed));
    }

    LiveTopic join(Topic topic, Watcher watcher) {
        for (; ; ) {
            LiveTopic live = topics.computeIfAbsent(topic, this::liveTopic);
            if (live.join(watcher)) {
                return live;
            }
            // its last watcher has gone just now
            topics.remove(topic, live);
        }
    }
}
