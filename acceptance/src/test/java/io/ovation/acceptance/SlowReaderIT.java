package io.ovation.acceptance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A watcher who reads nothing for a while costs little, slows nobody, is told why its stream ended, and goes on from
 * where it was.
 */
class SlowReaderIT {
    private static final Duration SLOW = Duration.ofSeconds(Integer.getInteger("ovation.slow-reader.seconds", 12));
    private static final Duration CONTROL = Duration.ofSeconds(6);
    private static final int SLOW_READERS_EACH = 4;
    private static final int PER_SECOND = 1_000;

    @Test
    void aSlowReaderCostsLittleSlowsNobodyAndGoesOnFromWhereItWas(TestReporter reporter) throws Exception {
        try (OvationServer server = OvationServer.fresh("slow")
                        .with("--ovation.limits.enabled=false")
                        .start();
                RSocketApi owner = RSocketApi.connect(server, "owner", Tokens.of("owner"));
                HttpApi alsoOwner = new HttpApi(server, "owner", Tokens.of("owner"));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String id = owner.opens("group");
            CountDownLatch read = new CountDownLatch(1);
            // nobody reads on, or waits to read, when the test has ended
            try (Live rsocket = owner.watch(id, null);
                    Live sse = alsoOwner.watch(id, null);
                    Watcher first = new Watcher(rsocket.frames().opened());
                    Watcher second = new Watcher(sse.frames().opened());
                    AutoCloseable _ = read::countDown) {
                List<Future<?>> watching = List.of(threads.submit(first), threads.submit(second));

                Load.of(owner, id, PER_SECOND, CONTROL);
                Memory start = Memory.of(server);
                Load control = Load.of(owner, id, PER_SECOND, CONTROL);
                Memory middle = Memory.of(server);
                List<Double> normal = drain(first, second);

                long before = owner.lastSeq(id);
                List<SlowReader> slow = slowReaders(server, id, read);
                Load slowed = Load.of(owner, id, PER_SECOND, SLOW);
                Memory end = Memory.of(server);
                List<Double> beside = drain(first, second);
                long last = owner.lastSeq(id);

                reporter.publishEntry("control", control + ", " + percentiles(normal));
                reporter.publishEntry("beside slow readers", slowed + ", " + percentiles(beside));
                String memory = start + " -> " + middle + " -> " + end;
                reporter.publishEntry("memory", memory);
                assertThat(slowed.sent() * Load.BODY)
                        .as("bytes, enough to fill what the kernel holds for a socket")
                        .isGreaterThan(20 * Memory.MIB);

                // the read model in the server's memory grows with what is said, slow readers or not
                double factor = (double) slowed.sent() / control.sent();
                long bounded = 2 * SLOW_READERS_EACH * 4 * Memory.MIB;
                assertThat(end.heap() - middle.heap())
                        .as("growth of the heap beside slow readers: %s", memory)
                        .isLessThan((long) (factor * Math.max(0, middle.heap() - start.heap()))
                                + bounded
                                + 64 * Memory.MIB);
                assertThat(end.rss() - middle.rss())
                        .as("growth of the process beside slow readers: %s", memory)
                        .isLessThan(
                                (long) (factor * Math.max(0, middle.rss() - start.rss())) + bounded + 64 * Memory.MIB);
                // not a measurement: only what would be out of all proportion
                assertThat(Load.percentile(beside, 50))
                        .as("ms to the others, half of all")
                        .isLessThan(5 * Load.percentile(normal, 50) + 100);
                assertThat(slowed.median())
                        .as("ms to an acknowledgement, half of all")
                        .isLessThan(5 * control.median() + 100);

                read.countDown();
                for (SlowReader each : slow) {
                    each.catchUp(server, id, before, last);
                }
                for (Watcher each : List.of(first, second)) {
                    Await.until("the others have seen all", Frames.PATIENCE, () -> each.seq == last);
                    each.close();
                }
                for (Future<?> each : watching) {
                    each.get(30, TimeUnit.SECONDS);
                }
            }
        }
    }

    private static List<SlowReader> slowReaders(OvationServer server, String id, CountDownLatch read) {
        List<SlowReader> slow = new ArrayList<>();
        for (int i = 0; i < SLOW_READERS_EACH; i++) {
            RSocketApi rsocket = RSocketApi.connectOnItsOwnLoop(server, "owner", Tokens.of("owner"));
            Live stream = rsocket.watch(id, null);
            stream.frames().opened();
            rsocket.stopReading(read);
            slow.add(new SlowReader(Transport.RSOCKET, rsocket, stream));

            HttpApi http = new HttpApi(server, "owner", Tokens.of("owner"));
            slow.add(new SlowReader(Transport.HTTP, http, SseStream.openWithoutReading(http.stream(id, null), read)));
        }
        return slow;
    }

    /** Milliseconds from sending to delivery since the last call. */
    private static List<Double> drain(Watcher... watchers) {
        List<Double> all = new ArrayList<>();
        for (Watcher each : watchers) {
            for (Double ms = each.delays.poll(); ms != null; ms = each.delays.poll()) {
                all.add(ms);
            }
        }
        return all;
    }

    private static String percentiles(List<Double> delays) {
        return "delivered p50 %.1f ms, p99 %.1f ms".formatted(Load.percentile(delays, 50), Load.percentile(delays, 99));
    }

    /** One who keeps up, and checks that nothing is missing. */
    private static final class Watcher implements Runnable, AutoCloseable {
        private final Frames frames;
        private final Queue<Double> delays = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean stopped = new AtomicBoolean();
        private volatile long seq;

        private Watcher(Frames frames) {
            this.frames = frames;
        }

        @Override
        public void run() {
            while (!stopped.get()) {
                JsonNode message = frames.poll(Duration.ofMillis(100));
                if (message != null) {
                    String body = message.path("body").asString();
                    delays.add((System.nanoTime() - Long.parseLong(body.substring(0, body.indexOf(' ')))) / 1e6);
                    assertThat(message.path("seq").asLong()).isEqualTo(seq + 1);
                    seq = message.path("seq").asLong();
                }
            }
        }

        /** Lets it end soon. */
        @Override
        public void close() {
            stopped.set(true);
        }
    }

    private record SlowReader(Transport transport, Api api, Live stream) {
        /**
         * Reads at last: all from its start without a gap, to an end that says why; then the rest, from the last
         * cursor.
         */
        void catchUp(OvationServer server, String id, long before, long last) {
            long seq = before;
            String cursor = null;
            try (api;
                    stream) {
                JsonNode message = stream.frames().poll(Frames.PATIENCE);
                while (message != null) {
                    assertThat(message.path("seq").asLong()).isEqualTo(seq + 1);
                    seq++;
                    cursor = message.path("cursor").asString();
                    message = stream.frames().poll(Frames.PATIENCE);
                }
                JsonNode error = stream.frames().error();
                assertThat(error.path("code").asString()).isEqualTo("rate_limited");
                assertThat(error.path("detail").asString()).isEqualTo("slow_consumer");
                assertThat(seq).as("seen before the end").isBetween(before + 1, last - 1);
            }
            try (Api again = transport.connect(server, "owner", Tokens.of("owner"));
                    Live resumed = again.watch(id, cursor)) {
                while (seq < last) {
                    assertThat(resumed.frames().next("message").path("seq").asLong())
                            .isEqualTo(seq + 1);
                    seq++;
                }
            }
        }
    }
}
