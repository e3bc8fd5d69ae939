package io.ovation.acceptance;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** An analyst who takes a line a second costs nothing, slows nobody, is never sent away, and misses nothing. */
class SlowAnalystIT {
    private static final Duration SLOW = Duration.ofSeconds(Integer.getInteger("ovation.slow-reader.seconds", 12));
    private static final Duration CONTROL = Duration.ofSeconds(6);
    private static final int PER_SECOND = 500;
    private static final int EACH = 4;

    /** Bytes, more than the kernel holds for a socket. */
    private static final long LOG = 24 * Memory.MIB;

    private static final String ANALYST = Tokens.of("ann", "analyst");
    private static final String DATA = "data: ";
    private static final Duration A_LINE = Duration.ofSeconds(1);

    @Test
    void anAnalystWhoTakesALineASecondCostsNothingSlowsNobodyAndMissesNothing(TestReporter reporter) throws Exception {
        List<SlowAnalyst> slow = new ArrayList<>();
        try (OvationServer server = OvationServer.fresh("slow-analyst")
                        .with("--ovation.limits.enabled=false")
                        .start();
                RSocketApi owner = RSocketApi.connect(server, "owner", Tokens.of("owner"));
                RSocketApi ann = RSocketApi.connect(server, "ann", ANALYST);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                // before the threads are waited for, however it went
                AutoCloseable _ = () -> slow.forEach(each -> each.stopped.set(true))) {
            String id = owner.opens("group");
            Load.of(owner, id, LOG);
            Memory start = Memory.of(server);
            Load control = Load.of(owner, id, PER_SECOND, CONTROL);
            Memory middle = Memory.of(server);

            for (int i = 0; i < EACH; i++) {
                slow.add(SlowAnalyst.ofLines(server));
                slow.add(SlowAnalyst.ofEvents(server));
                slow.add(SlowAnalyst.ofFrames(ann));
            }
            List<Future<?>> reading = new ArrayList<>();
            slow.forEach(each -> reading.add(threads.submit(each)));
            Load slowed = Load.of(owner, id, PER_SECOND, SLOW);
            Memory end = Memory.of(server);

            reporter.publishEntry("control", control.toString());
            reporter.publishEntry("beside slow analysts", slowed.toString());
            String memory = start + " -> " + middle + " -> " + end;
            reporter.publishEntry("memory", memory);
            // the read model in the server's memory grows with what is said, slow analysts or not
            double factor = (double) slowed.sent() / control.sent();
            assertThat(end.heap() - middle.heap())
                    .as("growth of the heap beside slow analysts: %s", memory)
                    .isLessThan((long) (factor * Math.max(0, middle.heap() - start.heap())) + 32 * Memory.MIB);
            assertThat(end.direct() - middle.direct())
                    .as("growth beside the heap, where what waits for a socket is")
                    .isLessThan(32 * Memory.MIB);
            assertThat(end.rss() - middle.rss())
                    .as("growth of the process beside slow analysts: %s", memory)
                    .isLessThan((long) (factor * Math.max(0, middle.rss() - start.rss())) + 64 * Memory.MIB);
            // not a measurement: only what would be out of all proportion
            assertThat(slowed.perSecond()).as("sends a second").isGreaterThan(control.perSecond() / 2);
            assertThat(slowed.median())
                    .as("ms to an acknowledgement, half of all")
                    .isLessThan(5 * control.median() + 100);

            for (SlowAnalyst each : slow) {
                each.stopped.set(true);
            }
            for (Future<?> each : reading) {
                each.get(30, TimeUnit.SECONDS);
            }
            List<Long> first = new HttpApi(server, "ann", ANALYST)
                    .get("/api/events?limit=" + 2 * SLOW.toSeconds())
                    .accepted()
                    .text()
                    .lines()
                    .map(line -> Json.parse(line).path("position").asLong())
                    .toList();
            for (SlowAnalyst each : slow) {
                assertThat(each.positions).hasSizeGreaterThan((int) SLOW.toSeconds() / 2);
                assertThat(each.positions).isEqualTo(first.subList(0, each.positions.size()));
            }
        } finally {
            for (SlowAnalyst each : slow) {
                each.close();
            }
        }
    }

    /** The next event of an analyst, or the start. */
    private interface Reading {
        JsonNode next() throws IOException;
    }

    private static final class SlowAnalyst implements Runnable {
        private final Reading reading;
        private final AutoCloseable connection;
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final List<Long> positions = new ArrayList<>();

        private SlowAnalyst(Reading reading, AutoCloseable connection) {
            this.reading = reading;
            this.connection = connection;
        }

        static SlowAnalyst ofLines(OvationServer server) throws IOException {
            SlowHttp lines = SlowHttp.open(server, "/api/events", ANALYST);
            return new SlowAnalyst(() -> Json.parse(String.valueOf(lines.line())), lines);
        }

        static SlowAnalyst ofEvents(OvationServer server) throws IOException {
            SlowHttp events = SlowHttp.open(server, "/api/events/stream?after=0", ANALYST);
            return new SlowAnalyst(
                    () -> {
                        String line = events.line();
                        while (line != null && !line.startsWith(DATA)) {
                            line = events.line();
                        }
                        return Json.parse(String.valueOf(line).substring(DATA.length()));
                    },
                    events);
        }

        /** Asks for one at a time, and has not more than it asked for. */
        static SlowAnalyst ofFrames(RSocketApi api) {
            RSocketApi.RSocketStream stream = api.stream("events.replay", "{\"after\":0,\"follow\":true}", 1);
            AtomicInteger asked = new AtomicInteger(1);
            return new SlowAnalyst(
                    () -> {
                        JsonNode frame = stream.frames().next();
                        assertThat(stream.frames().received()).isEqualTo(asked.get());
                        stream.request(1);
                        asked.incrementAndGet();
                        return frame;
                    },
                    stream);
        }

        @Override
        public void run() {
            try {
                while (!stopped.get()) {
                    long next = System.nanoTime() + A_LINE.toNanos();
                    JsonNode event = reading.next();
                    if (!event.path("type").asString().equals("start")) {
                        positions.add(event.path("position").asLong());
                    }
                    LockSupport.parkNanos(next - System.nanoTime());
                }
            } catch (IOException e) {
                throw new AssertionError("Sent away", e);
            }
        }

        void close() throws Exception {
            connection.close();
        }
    }
}
