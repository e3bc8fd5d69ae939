package io.ovation.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.ovation.Caller;
import io.ovation.live.Watch.Watchable;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * A log of one topic and what the query side makes of it, one step at a time: what is appended is durable at once, and
 * told to the live subscription, authorised and read only when the test says so. For one thread.
 */
final class ScriptedTopic implements TopicSource {
    static final Topic TOPIC = Topic.conversation("0190f5a0-0000-7000-8000-000000000001");

    /** The log that it is of, unless a test says otherwise. */
    static final String LOG = "00000000000000aa";

    private final List<Update> log = new ArrayList<>();
    private final Map<String, Update> states = new LinkedHashMap<>();
    private final List<Update> passing = new ArrayList<>();
    private final Deque<Update> untold = new ArrayDeque<>();
    private final Deque<MonoSink<Watchable>> undecided = new ArrayDeque<>();
    private final List<Reading> readings = new ArrayList<>();
    private @Nullable FluxSink<Update> live;
    private @Nullable RuntimeException refusal;
    private long sequence = -1;
    private int subscriptions;
    private String id = LOG;
    private final Deque<MonoSink<Boolean>> unlocated = new ArrayDeque<>();

    /** One reading of the log, in the hands of the test. */
    private static final class Reading {
        private final Deque<Update> left;
        private final FluxSink<Update> sink;

        Reading(Deque<Update> left, FluxSink<Update> sink) {
            this.left = left;
            this.sink = sink;
        }
    }

    /** Appends an update; leaves a gap of {@code gap} sequences before it. */
    Update append(int gap, Frame frame) {
        sequence += gap + 1;
        Update update = new Update(TOPIC, sequence, frame);
        log.add(update);
        untold.add(update);
        return update;
    }

    Update append() {
        return append(0, new Frame.MessageRedacted(TOPIC.id(), "m" + (sequence + 1), sequence + 1));
    }

    /** Appends an update that is a part of a trace, or of none, and tells it, with all that was not told before. */
    void tellTraced(@Nullable String trace) {
        Update update = append();
        if (trace != null) {
            untold.removeLast();
            untold.add(update.tracedBy(trace));
        }
        tellAll();
    }

    long last() {
        return sequence;
    }

    /** Everything of the log above a sequence. */
    List<Long> after(long from) {
        return log.stream().map(Update::sequence).filter(s -> s > from).toList();
    }

    /**
     * Tells the live subscription the next of what it was not told; nobody is told it where there is no subscription.
     */
    boolean tell() {
        Update next = untold.poll();
        if (next != null && live != null) {
            live.next(next);
        }
        return next != null;
    }

    void tellAll() {
        while (tell()) {
            // the next one
        }
    }

    /** Ends the live subscription as an overflow does: what was not told is lost to it. */
    void drop() {
        FluxSink<Update> dropped = live;
        live = null;
        untold.clear();
        if (dropped != null) {
            dropped.error(new IllegalStateException("overflow"));
        }
    }

    void refuse(@Nullable RuntimeException with) {
        refusal = with;
    }

    /** Answers the oldest question whether a caller may watch. */
    boolean decide() {
        MonoSink<Watchable> question = undecided.poll();
        if (question == null) {
            return false;
        }
        if (refusal != null) {
            question.error(refusal);
        } else {
            question.success(new Watchable(sequence, states()));
        }
        return true;
    }

    /** Makes a state so, as the event at a position does; it is told with the rest, if there is a subscription. */
    void state(Frame.State frame, long version) {
        Update update = new Update(TOPIC, version, frame);
        states.put(frame.key(), update);
        untold.add(update);
    }

    /** Has a state told that whoever comes now does not begin with. */
    void tellState(Frame.State frame, long version) {
        untold.add(new Update(TOPIC, version, frame));
        tellAll();
    }

    /** As {@link #state}, of one that is told only as it changes, and to who goes on from a cursor. */
    void passing(Frame.State frame, long version) {
        Update update = new Update(TOPIC, version, frame);
        passing.add(update);
        untold.add(update);
    }

    private List<Update> states() {
        return List.copyOf(states.values());
    }

    /** Gives up to {@code n} updates to each reading of the log, as far as it asked for them. */
    boolean read(int n) {
        boolean moved = false;
        for (Reading reading : List.copyOf(readings)) {
            for (int i = 0; i < n && !reading.left.isEmpty() && reading.sink.requestedFromDownstream() > 0; i++) {
                reading.sink.next(reading.left.remove());
                moved = true;
            }
            if (reading.left.isEmpty() && readings.remove(reading)) {
                reading.sink.complete();
                moved = true;
            }
        }
        return moved;
    }

    /** Live subscriptions, readings and questions for a place that are open. */
    int open() {
        return (live == null ? 0 : 1) + readings.size() + unlocated.size();
    }

    /** How often the live updates were subscribed to. */
    int subscriptions() {
        return subscriptions;
    }

    /** The cursor of a place in the topic, as it is given out now. */
    String cursor(long at) {
        return new Cursors(TOPIC, this).of(at);
    }

    /** The place that a cursor names. */
    long sequence(String cursor) {
        return Objects.requireNonNull(new Cursors(TOPIC, this).place(cursor)).sequence();
    }

    /** The log is another from now on; of what was told under the one before, the test says what is there. */
    void setBack(String another) {
        id = another;
    }

    /** Answers the question whether a place is there; false where none is open. */
    boolean locate(boolean there) {
        MonoSink<Boolean> question = unlocated.poll();
        if (question != null) {
            question.success(there);
        }
        return question != null;
    }

    /** Fails the question whether a place is there. */
    void cannotLocate(RuntimeException why) {
        unlocated.remove().error(why);
    }

    @Override
    public String current() {
        return id;
    }

    @Override
    public Mono<Boolean> placed(Topic topic, long at, String log) {
        return Mono.create(sink -> {
            unlocated.add(sink);
            sink.onDispose(() -> unlocated.remove(sink));
        });
    }

    @Override
    public Flux<Update> updates(Topic topic) {
        return Flux.create(sink -> {
            subscriptions++;
            live = sink;
            sink.onDispose(() -> {
                if (live == sink) {
                    live = null;
                }
            });
        });
    }

    @Override
    public Mono<Watchable> watchable(Topic topic, Caller caller) {
        return Mono.create(undecided::add);
    }

    @Override
    public Mono<List<Update>> states(Topic topic) {
        return Mono.fromSupplier(this::states);
    }

    @Override
    public Publisher<Update> missed(Topic topic, long after) {
        return Flux.create(sink -> {
            Deque<Update> left = new ArrayDeque<>(
                    log.stream().filter(update -> update.sequence() > after).toList());
            left.addAll(passing);
            Reading reading = new Reading(left, sink);
            readings.add(reading);
            sink.onDispose(() -> readings.remove(reading));
        });
    }
}
