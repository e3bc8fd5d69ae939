package io.ovation.documents;

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
import io.ovation.live.Topic;
import io.ovation.live.TopicQueryUpdateEmitter;
import io.ovation.live.Update;
import io.ovation.live.Watch.WatchTopic;
import org.axonframework.messaging.responsetypes.ResponseTypes;
import org.axonframework.queryhandling.GenericSubscriptionQueryMessage;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/** What one node projects for all, the listeners of another hear of. */
@SuppressWarnings("NullAway") // a test fails on a null as well
class WrittenElsewhereTest {
    private static final DocumentType COUNTERS = DocumentType.of("test", "counters", "count");

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final TestStore store = Home.EMBEDDED.documents(UUID.randomUUID().toString());
    private final Node projecting = new Node();
    private final Node watching = new Node();
    private final TopicQueryUpdateEmitter emitter = new TopicQueryUpdateEmitter();
    private final Counted counted = new Counted();
    private final WrittenElsewhere listening = new WrittenElsewhere(
            watching, store, List.of(counted), emitter, time, Runnable::run);
    private final DocumentWriter writer = new DocumentWriter(
            store,
            List.of(),
            new WrittenElsewhere(
                    projecting,
                    store,
                    List.of(new Counted()),
                    new TopicQueryUpdateEmitter(),
                    time,
                    Runnable::run)::written);

    private record Written(String id, long position, Map<String, Object> state) {}

    /** Hears of counters. */
    private static final class Counted implements DocumentListener {
        private final BlockingQueue<Written> heard = new LinkedBlockingQueue<>();
        private final AtomicBoolean wanted = new AtomicBoolean(true);

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
            heard.add(new Written(id, position, state));
        }
    }

    /** A node whose word reaches the other one. */
    private final class Node implements Nodes {
        private final List<Consumer<Set<String>>> changes = new ArrayList<>();
        private BiConsumer<String, byte[]> listener = (from, message) -> {};

        @Override
        public boolean several() {
            return true;
        }

        @Override
        public boolean decidesAlone(String aggregate) {
            return false;
        }

        @Override
        public void tell(String kind, byte[] message) {
            (this == projecting ? watching : projecting).listener.accept("other", message);
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
        StepVerifier.create(emitter.registerUpdateHandler(
                                new GenericSubscriptionQueryMessage<>(
                                        new WatchTopic(Topic.content("c")),
                                        ResponseTypes.instanceOf(Object.class),
                                        ResponseTypes.instanceOf(Update.class)),
                                8)
                        .getUpdates())
                .then(() -> watching.changes.forEach(change -> change.accept(Set.of())))
                .then(() -> assertThat(emitter.watchedTopics()).isEqualTo(1))
                .then(() -> time.advanceTimeBy(java.time.Duration.ofSeconds(2)))
                .verifyErrorMatches(failure -> failure.getMessage().contains("missed"));
        assertThat(emitter.watchedTopics()).isZero();
        assertThat(listening).isNotNull();
    }

    private void write(String id, long position) {
        Changes changes = new Changes();
        changes.add(COUNTERS, id, position, draft -> draft.set("count", position));
        writer.write(changes).block();
    }
}
