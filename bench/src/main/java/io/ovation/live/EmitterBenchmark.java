package io.ovation.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.ovation.live.Watch.WatchTopic;
import org.axonframework.messaging.responsetypes.ResponseTypes;
import org.axonframework.queryhandling.GenericSubscriptionQueryMessage;
import org.axonframework.queryhandling.QueryUpdateEmitter;
import org.axonframework.queryhandling.SimpleQueryUpdateEmitter;
import org.axonframework.queryhandling.SubscriptionQueryMessage;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** One update to the one watcher of its topic, one of the busy ones, while so many topics are watched. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class EmitterBenchmark {
    /** Topics in which something happens: with all of 50,000 it is the processor's caches that are measured. */
    private static final int BUSY = 50;

    /** Ours, at sizes that a busy node has. */
    @State(Scope.Benchmark)
    public static class ByTopic {
        @Param({"50", "5000", "50000"})
        public int topics;

        private final TopicQueryUpdateEmitter emitter = new TopicQueryUpdateEmitter();
        private final Watched watched = new Watched();

        @Setup(Level.Trial)
        public void watch() {
            watched.watch(emitter, topics);
        }
    }

    /**
     * Axon's own; at 50,000 it would take minutes to set up, since it scans all subscriptions at each registration too.
     */
    @State(Scope.Benchmark)
    public static class Scanning {
        @Param({"50", "5000"})
        public int topics;

        private final SimpleQueryUpdateEmitter emitter =
                SimpleQueryUpdateEmitter.builder().build();
        private final Watched watched = new Watched();

        @Setup(Level.Trial)
        public void watch() {
            watched.watch(emitter, topics);
        }
    }

    @Benchmark
    public long topicIndexed(ByTopic state) {
        state.emitter.emit(state.watched.next());
        return state.watched.received;
    }

    @Benchmark
    public long axonsOwn(Scanning state) {
        Update update = state.watched.next();
        state.emitter.emit(WatchTopic.class, query -> query.topic().equals(update.topic()), update);
        return state.watched.received;
    }

    private static final class Watched {
        private final List<Update> updates = new ArrayList<>();
        private final List<Disposable> watchers = new ArrayList<>();
        private int turn;
        private long received;

        void watch(QueryUpdateEmitter emitter, int topics) {
            for (int i = 0; i < topics; i++) {
                Topic topic = Topic.conversation(UUID.randomUUID().toString());
                if (i % (topics / BUSY) == 0) {
                    updates.add(new Update(
                            topic,
                            i,
                            new Frame.MessageRedacted(
                                    topic.id(), UUID.randomUUID().toString(), i)));
                }
                SubscriptionQueryMessage<WatchTopic, Object, Update> query = new GenericSubscriptionQueryMessage<>(
                        new WatchTopic(topic),
                        ResponseTypes.instanceOf(Object.class),
                        ResponseTypes.instanceOf(Update.class));
                Flux<?> told = Objects.requireNonNull(
                        emitter.registerUpdateHandler(query, 256).getUpdates());
                watchers.add(told.subscribe(update -> received++));
            }
        }

        Update next() {
            turn = turn + 1 == updates.size() ? 0 : turn + 1;
            return updates.get(turn);
        }
    }
}
