package io.ovation.documents;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.ovation.cluster.Nodes;
import io.ovation.documents.Batch.Place;
import io.ovation.live.Topic;
import io.ovation.live.TopicQueryUpdateEmitter;
import io.ovation.live.Update;
import io.ovation.live.Watch.WatchTopic;
import org.axonframework.messaging.responsetypes.ResponseTypes;
import org.axonframework.queryhandling.GenericSubscriptionQueryMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/** What one node projects for all, the listeners of another hear of. */
@SuppressWarnings("NullAway") // a test fails on a null as well
@Timeout(60)
class WrittenElsewhereTest {
    private static final DocumentType COUNTERS = DocumentType.of("test", "counters", "count");

    private static final List<Projection> PROJECTIONS = List.of(new Projection("test", 3));

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final TestStore store = Home.EMBEDDED.documents(UUID.randomUUID().toString());
    private final NumberedHome home = new NumberedHome();
    private final Node projecting = new Node();
    private final Node watching = new Node();
    private final TopicQueryUpdateEmitter emitter = new TopicQueryUpdateEmitter();
    private final Counted counted = new Counted();
    private final Positions positions = new Positions(List.of("test"));
    private final WrittenElsewhere listening = new WrittenElsewhere(
            watching, home, store, PROJECTIONS, positions, List.of(counted), emitter, time);
    private final DocumentWriter writer =
            new DocumentWriter(store, List.of(), telling(PROJECTIONS)::written);

    /** Has nothing but a number for its documents. */
    private static final class NumberedHome extends NoDocuments {
        private volatile long number;
        private volatile long heard;

        @Override
        public long generation(String projection) {
            return number;
        }

        @Override
        public void heardOf(String projection, long generation) {
            heard = generation;
        }
    }

    private record Written(String id, long position, Map<String, Object> state) {}

    /** Hears of counters. */
    private static final class Counted implements DocumentListener {
        private final BlockingQueue<Written> heard = new LinkedBlockingQueue<>();
        private final AtomicBoolean wanted = new AtomicBoolean(true);
        private volatile Runnable onWritten = () -> {};

        @Override
        public DocumentType type() {
            return COUNTERS;
        }

        @Override
        public boolean isWanted(String id) {
            return wanted.get();
        }

        @Override
        public void written(String id, long position, Map<String, Object> state) {
            onWritten.run();
            heard.add(new Written(id, position, state));
        }
    }

    /** A node whose word reaches the other one. */
    private final class Node implements Nodes {
        private final List<Consumer<Set<String>>> changes = new ArrayList<>();
        private BiConsumer<String, byte[]> listener = (from, message) -> {};
        private boolean full;

        @Override
        public boolean several() {
            return true;
        }

        @Override
        public boolean decidesAlone(String aggregate) {
            return false;
        }

        @Override
        public boolean tell(String kind, byte[] message) {
            if (full) {
                return false;
            }
            (this == projecting ? watching : projecting).listener.accept("other", message);
            return true;
        }

        @Override
        public void onTold(String kind, BiConsumer<String, byte[]> told) {
            listener = told;
        }

        @Override
        public void onChange(Consumer<Set<String>> change) {
            changes.add(change);
        }
    }

    @Test
    void anotherNodesListenersHearOfWhatWasWrittenAsItIs() throws Exception {
        write("a b", 7);
        Written first = counted.heard.poll(20, TimeUnit.SECONDS);
        assertThat(first).isEqualTo(new Written("a b", 7, Map.of("count", 7L)));
        write("a b", 9);
        assertThat(counted.heard.poll(20, TimeUnit.SECONDS)).isEqualTo(new Written("a b", 9, Map.of("count", 9L)));
    }

    @Test
    void anIdMayBeOfAnyCharacters() throws Exception {
        write("a b\nc\0d\u20ac", 7);
        assertThat(counted.heard.poll(20, TimeUnit.SECONDS))
                .isEqualTo(new Written("a b\nc\0d\u20ac", 7, Map.of("count", 7L)));
    }

    @Test
    void whereTheProjectionIsIsToldOnceTheListenersHaveHeard() {
        long[] whenHeard = new long[1];
        counted.onWritten = () -> whenHeard[0] = positions.of("test").position();

        write("a", 7, new Place("test", 9, "event"));

        positions.of("test").await(9).block(Duration.ofSeconds(20));
        assertThat(counted.heard).hasSize(1);
        assertThat(whenHeard[0]).isLessThan(9);

        writer.write(new Changes(), new Place("test", 12, "of no document"), List.of())
                .block();
        positions.of("test").await(12).block(Duration.ofSeconds(20));
    }

    /** Those that were read until now are behind that position for good, where others were built anew. */
    @Test
    void whichDocumentsAreReadIsKnownBeforeTheirPositionIs() {
        long[] whenHeard = new long[1];
        counted.onWritten = () -> whenHeard[0] = home.heard;
        home.number = 3;

        write("a", 7, new Place("test", 9, "event"));

        positions.of("test").await(9).block(Duration.ofSeconds(20));
        assertThat(whenHeard[0]).isEqualTo(3);
    }

    @Test
    void ofDocumentsOfAnotherVersionNothingIsHeard() {
        WrittenElsewhere other = telling(List.of(new Projection("test", 4)));
        other.written(List.of(new Changes.Reference(COUNTERS, "a")), new Place("test", 20, "event"));

        write("a", 7, new Place("test", 9, "event"));

        positions.of("test").await(9).block(Duration.ofSeconds(20));
        assertThat(positions.of("test").position()).isEqualTo(9);
    }

    @Test
    void whatIsNotUnderstoodEndsTheSubscriptionsAndNothingElse() throws Exception {
        StepVerifier.create(watched())
                .then(() -> watching.listener.accept("other", "no such message".getBytes(StandardCharsets.UTF_8)))
                .verifyErrorMatches(failure -> failure.getMessage().contains("missed"));

        write("a", 7);
        assertThat(counted.heard.poll(20, TimeUnit.SECONDS)).isEqualTo(new Written("a", 7, Map.of("count", 7L)));
    }

    @Test
    void aListenerThatFailsEndsNothing() throws Exception {
        counted.onWritten = () -> {
            throw new IllegalStateException("a fault");
        };
        write("a", 7, new Place("test", 9, "event"));
        positions.of("test").await(9).block(Duration.ofSeconds(20));
        counted.onWritten = () -> {};

        write("b", 8);
        assertThat(counted.heard.poll(20, TimeUnit.SECONDS)).isEqualTo(new Written("b", 8, Map.of("count", 8L)));
    }

    @Test
    void whileTheOthersDoNotTakeItSomeOfItIsLeftOutAndTheyHearSo() {
        projecting.full = true;
        write("a", 7, new Place("test", 9, "event"));
        assertThat(counted.heard).isEmpty();
        projecting.full = false;

        StepVerifier.create(watched())
                .then(() -> write("b", 10, new Place("test", 11, "event")))
                .verifyErrorMatches(failure -> failure.getMessage().contains("missed"));
        positions.of("test").await(11).block(Duration.ofSeconds(20));
        StepVerifier.create(watched())
                .then(() -> write("c", 12, new Place("test", 12, "event")))
                .then(() -> positions.of("test").await(12).block(Duration.ofSeconds(20)))
                .thenCancel()
                .verify();
    }

    @Test
    void whatNobodyWantsIsNotRead() throws Exception {
        counted.wanted.set(false);
        write("a", 1);
        counted.wanted.set(true);
        write("b", 2);
        assertThat(counted.heard.poll(20, TimeUnit.SECONDS)).isEqualTo(new Written("b", 2, Map.of("count", 2L)));
        assertThat(counted.heard).isEmpty();
    }

    @Test
    void whenNodesComeOrGoTheSubscriptionsAreMadeAnew() {
        StepVerifier.create(watched())
                .then(() -> watching.changes.forEach(change -> change.accept(Set.of())))
                .then(() -> assertThat(emitter.watchedTopics()).isEqualTo(1))
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(2)))
                .verifyErrorMatches(failure -> failure.getMessage().contains("missed"));
        assertThat(emitter.watchedTopics()).isZero();
        assertThat(listening).isNotNull();
    }

    private WrittenElsewhere telling(List<Projection> projections) {
        return new WrittenElsewhere(
                projecting,
                home,
                store,
                projections,
                new Positions(List.of("test")),
                List.of(new Counted()),
                new TopicQueryUpdateEmitter(),
                time);
    }

    private Flux<?> watched() {
        return emitter.registerUpdateHandler(
                        new GenericSubscriptionQueryMessage<>(
                                new WatchTopic(Topic.content("c")),
                                ResponseTypes.instanceOf(Object.class),
                                ResponseTypes.instanceOf(Update.class)),
                        8)
                .getUpdates();
    }

    private void write(String id, long position) {
        write(id, position, null);
    }

    private void write(String id, long position, @Nullable Place place) {
        Changes changes = new Changes();
        changes.add(COUNTERS, id, position, draft -> draft.set("count", position));
        writer.write(changes, place, List.of()).block();
    }
}
