package io.ovation.acceptance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a crowd was told is counted is counted, exactly, whatever is killed; views lose at most the window that was
 * open.
 */
class EngagementDurabilityIT {
    private static final int ROUNDS = Math.max(2, Integer.getInteger("ovation.durability.rounds", 10) / 3);
    private static final int FANS = 12;
    private static final long PAUSE = Duration.ofMillis(20).toNanos();
    /** The window that was open, and the flush of the one before it on a busy machine. */
    private static final long OPEN_WINDOW = Duration.ofSeconds(3).toNanos();

    private final AtomicLong liked = new AtomicLong();
    private final AtomicLong commented = new AtomicLong();
    private final AtomicLong applauded = new AtomicLong();
    private final AtomicLong applauseWithoutAnswer = new AtomicLong();

    @Test
    void whatWasAcknowledgedIsCountedExactlyWhateverIsKilled(TestReporter reporter) throws Exception {
        OvationServer.Launch launch = OvationServer.fresh("engagement").with("--ovation.limits.enabled=false");
        OvationServer server = launch.start();
        try {
            String id = new HttpApi(server, "ada", Tokens.of("ada"))
                    .call(Endpoint.PUBLISH, Map.of(), Json.object("title", "News", "body", "text"))
                    .accepted()
                    .text("contentId");
            long viewsBefore = 0;
            for (int round = 0; round < ROUNDS; round++) {
                Crowd crowd = new Crowd(server, id);
                long killedAt = killUnderLoad(server, crowd, round % 2 == 0);
                server = launch.start();
                crowd.server = server;
                crowd.finish();
                JsonNode counters = counters(server, id);
                reporter.publishEntry(
                        "round " + round, "%s, %d views were accepted".formatted(counters, crowd.viewed.get()));
                assertThat(counters.path("likes").asLong()).as("likes").isEqualTo(liked.get());
                assertThat(counters.path("comments").asLong()).as("comments").isEqualTo(commented.get());
                assertThat(counters.path("applause").asLong())
                        .as("applause")
                        .isBetween(applauded.get(), applauded.get() + applauseWithoutAnswer.get());
                // what the last round counted for certain, and not for certain, is now a fact
                applauded.set(counters.path("applause").asLong());
                applauseWithoutAnswer.set(0);
                assertThat(counters.path("views").asLong() - viewsBefore)
                        .as("views")
                        .isBetween(
                                crowd.viewedBy(killedAt - OPEN_WINDOW),
                                crowd.viewed.get() + crowd.viewsWithoutAnswer.get());
                viewsBefore = counters.path("views").asLong();
            }
            // a clean stop loses nothing
            HttpApi ada = new HttpApi(server, "ada", Tokens.of("ada"));
            for (int i = 0; i < 5; i++) {
                ada.call(Endpoint.VIEW, Map.of("id", id), Json.object("count", 100))
                        .accepted(202);
            }
            server.terminate();
            server.exitCode(Duration.ofSeconds(30));
            server = launch.start();
            assertThat(counters(server, id).path("views").asLong()).isEqualTo(viewsBefore + 500);
        } finally {
            server.close();
        }
    }

    private static JsonNode counters(OvationServer server, String id) {
        return new HttpApi(server, "ada", Tokens.of("ada"))
                .call(Endpoint.COUNTERS, Map.of("id", id), Json.object())
                .accepted()
                .body();
    }

    private long killUnderLoad(OvationServer server, Crowd crowd, boolean all) throws Exception {
        long enough = liked.get() + 300 + ThreadLocalRandom.current().nextInt(300);
        long began = System.nanoTime();
        crowd.start();
        Await.until(
                "the crowd is at work",
                Duration.ofSeconds(60),
                () -> liked.get() >= enough && System.nanoTime() - began > 2 * OPEN_WINDOW);
        long killedAt = System.nanoTime();
        if (all) {
            server.killAll();
        } else {
            server.killJvm();
        }
        crowd.stop();
        return killedAt;
    }

    /** Fans who do one thing after the other; a like and a comment again and again until it is answered. */
    private final class Crowd {
        private final String id;
        private final AtomicLong viewed = new AtomicLong();
        private final AtomicLong viewsWithoutAnswer = new AtomicLong();
        private final NavigableMap<Long, Long> viewedBy = new ConcurrentSkipListMap<>(Map.of(Long.MIN_VALUE, 0L));
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final List<Future<?>> running = new ArrayList<>();
        private final List<Runnable> unanswered = new ArrayList<>();
        private volatile OvationServer server;
        private volatile boolean stopped;

        Crowd(OvationServer server, String id) {
            this.server = server;
            this.id = id;
        }

        void start() {
            for (int i = 0; i < FANS; i++) {
                running.add(threads.submit(() -> {
                    while (!stopped) {
                        act();
                    }
                }));
            }
        }

        void stop() throws Exception {
            stopped = true;
            for (Future<?> each : running) {
                each.get(60, TimeUnit.SECONDS);
            }
            threads.close();
        }

        /** Asks again for what was not answered before the end. */
        void finish() {
            stopped = false;
            unanswered.forEach(Runnable::run);
        }

        /** How many views had been accepted at a time. */
        long viewedBy(long time) {
            return viewedBy.floorEntry(time).getValue();
        }

        private void act() {
            String fan = "fan-" + UUID.randomUUID();
            untilAnswered(fan, Endpoint.LIKE, Json.object(), liked);
            untilAnswered(
                    fan,
                    Endpoint.COMMENT,
                    Json.object("commentId", UUID.randomUUID().toString(), "body", "text"),
                    commented);
            once(fan, Endpoint.VIEW, 10, viewed, viewsWithoutAnswer);
            viewedBy.put(System.nanoTime(), viewed.get());
            if (ThreadLocalRandom.current().nextInt(10) == 0) {
                once(fan, Endpoint.APPLAUD, 5, applauded, applauseWithoutAnswer);
            }
        }

        private void untilAnswered(String fan, Endpoint endpoint, ObjectNode fields, AtomicLong count) {
            while (!stopped) {
                try {
                    if (call(fan, endpoint, fields).ok()) {
                        count.incrementAndGet();
                        return;
                    }
                } catch (Api.Lost lost) {
                    // nobody knows
                }
                LockSupport.parkNanos(PAUSE);
            }
            synchronized (unanswered) {
                unanswered.add(() -> untilAnswered(fan, endpoint, fields, count));
            }
        }

        private void once(String fan, Endpoint endpoint, int count, AtomicLong answered, AtomicLong withoutAnswer) {
            if (stopped) {
                return;
            }
            try {
                if (call(fan, endpoint, Json.object("count", count)).ok()) {
                    answered.addAndGet(count);
                }
            } catch (Api.Lost lost) {
                withoutAnswer.addAndGet(count);
            }
        }

        private Reply call(String fan, Endpoint endpoint, ObjectNode fields) {
            return new HttpApi(server, fan, Tokens.of(fan)).call(endpoint, Map.of("id", id), fields);
        }
    }
}
