package io.ovation.live;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.ovation.Caller;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * However writing, telling, reading, cutting and asking interleave, a client that resumes has each sequence exactly
 * once, in order.
 */
class WatcherProperties {
    private static final Caller ADA = new Caller("ada", false);
    private static final int MAX_FRAMES = 4;

    enum Action {
        APPEND,
        APPEND_AFTER_A_GAP,
        TELL,
        DROP,
        RECONNECT,
        DECIDE,
        READ_ONE,
        READ_ALL,
        REQUEST_ONE,
        REQUEST_MANY,
        CUT
    }

    /** A client that resumes from its last cursor whenever its stream ends. */
    private static final class Client {
        private final Watches watches;
        private final List<Long> seen = new ArrayList<>();
        private @Nullable BaseSubscriber<WireFrame> stream;
        private @Nullable String cursor;
        private @Nullable Object started;
        private boolean greeted;
        private final ScriptedTopic topic;

        Client(Watches watches, ScriptedTopic topic) {
            this.watches = watches;
            this.topic = topic;
        }

        void request(long n) {
            if (stream == null || stream.isDisposed()) {
                open();
            }
            BaseSubscriber<WireFrame> current = stream;
            if (current != null) {
                current.request(n);
            }
        }

        void cut() {
            if (stream != null) {
                stream.cancel();
                stream = null;
            }
        }

        private void open() {
            BaseSubscriber<WireFrame> opened = new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(org.reactivestreams.Subscription s) {
                    // asks when the test says so
                }

                @Override
                protected void hookOnNext(WireFrame frame) {
                    assertThat(frame).as("no cursor of our own is ever refused").isNotSameAs(Frames.RESET);
                    boolean first = started != stream;
                    started = stream;
                    if (first) {
                        assertThat(new String(frame.json(), StandardCharsets.UTF_8))
                                .isEqualTo("{\"type\":\"start\",\"cursor\":\"" + cursor + "\"}");
                        greeted = true;
                    } else {
                        String told = Objects.requireNonNull(frame.cursor());
                        cursor = told;
                        seen.add(topic.sequence(told));
                    }
                }

                @Override
                protected void hookOnError(Throwable failure) {
                    assertThat(failure).isInstanceOf(SlowConsumer.class);
                }
            };
            stream = opened;
            watches.watch(ScriptedTopic.TOPIC, cursor, ADA).subscribe(opened);
        }
    }

    @Provide
    Arbitrary<List<Action>> actions() {
        return Arbitraries.of(Action.class).list().ofMinSize(10).ofMaxSize(300);
    }

    @Property(tries = 20_000)
    void eachSequenceComesExactlyOnceInOrder(@ForAll("actions") List<Action> actions) {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        ScriptedTopic topic = new ScriptedTopic();
        Watches watches = new Watches(topic, time, Runnable::run, MAX_FRAMES, Integer.MAX_VALUE);
        topic.append();
        topic.append();
        topic.tellAll();
        // a first stream that has seen the first frame has a cursor to resume from whatever happens
        Client client = new Client(watches, topic);
        client.cursor = topic.cursor(0);
        for (Action action : actions) {
            switch (action) {
                case APPEND -> topic.append();
                case APPEND_AFTER_A_GAP -> topic.append(2, new Frame.MessageRedacted("c", "m", 1));
                case TELL -> topic.tell();
                case DROP -> topic.drop();
                case RECONNECT -> time.advanceTimeBy(Duration.ofSeconds(1));
                case DECIDE -> topic.decide();
                case READ_ONE -> topic.read(1);
                case READ_ALL -> topic.read(Integer.MAX_VALUE);
                case REQUEST_ONE -> client.request(1);
                case REQUEST_MANY -> client.request(5);
                case CUT -> client.cut();
            }
        }
        for (int round = 0; round < 3; round++) {
            client.request(Integer.MAX_VALUE);
            time.advanceTimeBy(Duration.ofSeconds(10));
            topic.tellAll();
            boolean moved;
            do {
                moved = topic.decide() | topic.read(Integer.MAX_VALUE);
            } while (moved);
        }
        assertThat(client.greeted).isTrue();
        assertThat(client.seen).isEqualTo(topic.after(0));
        client.cut();
        assertThat(watches.topics()).isZero();
        assertThat(topic.open()).isZero();
    }
}
