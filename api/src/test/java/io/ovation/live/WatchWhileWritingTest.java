package io.ovation.live;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;

import io.ovation.Caller;
import org.axonframework.queryhandling.DefaultQueryGateway;
import org.axonframework.queryhandling.SimpleQueryBus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;

/** The seam between what was missed and what is new, with a writer running and on Axon's own query bus. */
class WatchWhileWritingTest {
    private static final Topic TOPIC = Topic.conversation("01990000-0000-7000-8000-00000000000e");
    private static final Cursors CURSORS = new Cursors(TOPIC, () -> ScriptedTopic.LOG);
    private static final int WRITTEN = 20_000;

    /** Few, whom the writer wakes, and many, who are woken in rounds. */
    @ParameterizedTest
    @ValueSource(ints = {8, 100})
    void watchersThatAreCutAtRandomHaveEachSequenceOnceAndInOrder(int watchers) throws InterruptedException {
        SimpleQueryBus bus = SimpleQueryBus.builder().build();
        try (LiveSide side = new LiveSide(bus, bus.queryUpdateEmitter())) {
            Watches watches = new Watches(
                    DefaultQueryGateway.builder().queryBus(bus).build(),
                    () -> ScriptedTopic.LOG,
                    Schedulers.parallel(),
                    Schedulers.parallel()::schedule);
            side.append(TOPIC, 0, 200);
            CountDownLatch done = new CountDownLatch(watchers);
            List<Resuming> clients = new ArrayList<>();
            for (int i = 0; i < watchers; i++) {
                Resuming client = new Resuming(watches, done);
                clients.add(client);
                client.open();
            }
            for (int seq = 1; seq <= WRITTEN; seq++) {
                side.append(TOPIC, seq, 200);
            }
            assertThat(done.await(60, TimeUnit.SECONDS))
                    .as("everyone has everything")
                    .isTrue();
            for (Resuming client : clients) {
                assertThat(client.failure.get()).isNull();
                assertThat(client.seen)
                        .isEqualTo(LongStream.rangeClosed(1, WRITTEN).boxed().toList());
                assertThat(client.streams).isGreaterThan(5);
            }
            assertThat(watches.topics()).isZero();
        }
    }

    /** Cancels its stream after a few frames and resumes it on another thread, until it has seen all. */
    private static final class Resuming {
        private final Watches watches;
        private final CountDownLatch done;
        private final List<Long> seen = new ArrayList<>();
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        private @Nullable String cursor = CURSORS.of(0);
        private int streams;

        Resuming(Watches watches, CountDownLatch done) {
            this.watches = watches;
            this.done = done;
        }

        void open() {
            streams++;
            int until = ThreadLocalRandom.current().nextInt(1, 1_000);
            watches.watch(TOPIC, cursor, new Caller("ada", false)).subscribe(new BaseSubscriber<>() {
                private int frames;
                private boolean started;

                @Override
                protected void hookOnNext(WireFrame frame) {
                    if (!started) {
                        started = true;
                        assertThat(new String(frame.json(), StandardCharsets.UTF_8)).contains("\"start\"");
                        return;
                    }
                    if (frame.cursor() == null) {
                        return;
                    }
                    cursor = frame.cursor();
                    seen.add(Objects.requireNonNull(CURSORS.place(frame.cursor())).sequence());
                    if (seen.size() == WRITTEN) {
                        cancel();
                        done.countDown();
                    } else if (++frames == until) {
                        cancel();
                        Schedulers.parallel().schedule(Resuming.this::open);
                    }
                }

                @Override
                protected void hookOnError(Throwable reason) {
                    failure.set(reason);
                    done.countDown();
                }
            });
        }
    }
}
