package io.ovation.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Whoever reads the log has each event once and in order: while it grows, from wherever they began, and across a
 * restart.
 */
class ReplayIT {
    private static final int WRITERS = 8;
    private static final int FOLLOWERS = 5;
    private static final int ENOUGH = Integer.getInteger("ovation.replay.messages", 1_000);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void followersHaveEachPositionAfterTheirsOnceAndInOrder() throws Exception {
        OvationServer.Launch launch = OvationServer.fresh("replay").with("--ovation.limits.enabled=false");
        Ledger ledger = new Ledger();
        OvationServer server = launch.start();
        List<Follower> followers = new ArrayList<>();
        try {
            String id = new HttpApi(server, "owner", Tokens.of("owner"))
                    .open(Json.object("kind", "group", "members", Writers.names(WRITERS)))
                    .accepted()
                    .text("conversationId");
            try (Writers writers = Writers.start(server, ledger, List.of(id), WRITERS)) {
                Await.until("something is there", PATIENCE, () -> ledger.acknowledged() >= ENOUGH / 4);
                for (int i = 0; i < FOLLOWERS; i++) {
                    followers.add(new Follower(ThreadLocalRandom.current().nextInt(ENOUGH / 4)));
                }
                for (Follower follower : followers) {
                    follower.connect(server);
                }
                Await.until("half is there", PATIENCE, () -> ledger.acknowledged() >= ENOUGH / 2);
                server.killJvm();
                server = launch.start();
                for (Follower follower : followers) {
                    follower.connect(server);
                }
                Await.until("all is there", PATIENCE, () -> ledger.acknowledged() >= ENOUGH);
                writers.stop();
            }
            List<Long> all = positions(lines(server, ""));
            long end = all.getLast();
            for (Follower follower : followers) {
                Await.until("a follower has come to the end", PATIENCE, () -> follower.last >= end);
                List<Long> seen = follower.positions.stream()
                        .filter(position -> position <= end)
                        .toList();
                assertThat(seen)
                        .isEqualTo(all.stream()
                                .filter(position -> position > follower.after)
                                .toList());
            }
            HttpApi owner = new HttpApi(server, "owner", Tokens.of("owner"));
            ledger.assertKept(id, owner);
            assertThat(lines(server, "?types=MessageSent")).hasSize(Math.toIntExact(owner.lastSeq(id)));
            assertThat(lines(server, "?types=ConversationOpened&aggregate=" + id))
                    .hasSize(1);
            assertThat(lines(server, "?types=LogAccessed"))
                    .as("each reading is one itself")
                    .hasSizeGreaterThan(FOLLOWERS);
        } finally {
            for (Follower follower : followers) {
                follower.close();
            }
            server.close();
        }
    }

    @Test
    void overRSocketDemandIsHonouredTheHeadIsTheEndAndFollowGoesOn() throws Exception {
        OvationServer server = OvationServer.fresh("replay-rsocket").start();
        try (People people = new People(server)) {
            Api owner = people.http("owner");
            String id = owner.open(Json.object("kind", "group")).accepted().text("conversationId");
            for (int i = 0; i < 4; i++) {
                owner.send(id, UUID.randomUUID().toString(), "text " + i).accepted();
            }
            RSocketApi ann = people.rsocket("ann", "analyst");

            RSocketApi.RSocketStream some = ann.stream("events.replay", "{\"types\":[\"MessageSent\"],\"after\":1}", 2);
            assertThat(some.frames().next().path("position").asLong()).isEqualTo(2);
            assertThat(some.frames().next().path("position").asLong()).isEqualTo(3);
            assertThat(some.frames().poll(Duration.ofMillis(300)))
                    .as("not asked for")
                    .isNull();
            assertThat(some.frames().received()).isEqualTo(2);
            some.request(100);
            assertThat(some.frames().next().path("payload").path("body").asString())
                    .isEqualTo("text 2");
            assertThat(some.frames().next().path("position").asLong()).isEqualTo(5);
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> some.frames().next())
                    .withMessageContaining("completed");

            RSocketApi.RSocketStream live = ann.stream(
                    "events.replay", "{\"after\":5,\"follow\":true,\"types\":[\"MessageSent\"]}", Integer.MAX_VALUE);
            assertThat(live.frames().next().path("type").asString()).isEqualTo("start");
            owner.send(id, UUID.randomUUID().toString(), "new").accepted();
            assertThat(live.frames().next().path("payload").path("body").asString())
                    .isEqualTo("new");
            live.close();

            for (String wrong : List.of(
                    "{\"types\":[\"Nope\"]}",
                    "{\"after\":\"5\"}",
                    "{\"types\":\"MessageSent\"}",
                    "{\"limit\":0}",
                    "{\"x\":1}")) {
                JsonNode error = ann.stream("events.replay", wrong, 10).frames().error();
                assertThat(error.path("code").asString()).as(wrong).isEqualTo("validation_failed");
            }
            JsonNode error = people.rsocket("bob").stream("events.replay", "{}", 10)
                    .frames()
                    .error();
            assertThat(error.path("code").asString()).isEqualTo("forbidden");
            assertThat(people.rsocket("root", "admin").stream("events.replay", "{\"limit\":1}", 10)
                            .frames()
                            .next()
                            .path("position")
                            .asLong())
                    .isPositive();
        } finally {
            server.close();
        }
    }

    private static List<JsonNode> lines(OvationServer server, String query) {
        return analyst(server)
                .get("/api/events" + query)
                .accepted()
                .text()
                .lines()
                .map(Json::parse)
                .toList();
    }

    private static HttpApi analyst(OvationServer server) {
        return new HttpApi(server, "ann", Tokens.of("ann", "analyst"));
    }

    private static List<Long> positions(List<JsonNode> events) {
        return events.stream().map(event -> event.path("position").asLong()).toList();
    }

    /** An analyst who follows the log over SSE, and goes on from the last id after a break. */
    private static final class Follower {
        private final Queue<Long> positions = new ConcurrentLinkedQueue<>();
        private final long after;
        private volatile long last;
        private @Nullable InputStream body;
        private @Nullable Thread reader;

        Follower(long after) {
            this.after = after;
            this.last = after;
        }

        void connect(OvationServer server) throws IOException, InterruptedException {
            close();
            HttpResponse<InputStream> response = HttpApi.CLIENT.send(
                    analyst(server)
                            .request("/api/events/stream")
                            .header("Last-Event-ID", Long.toString(last))
                            .build(),
                    BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(200);
            InputStream opened = response.body();
            body = opened;
            reader = Thread.ofVirtual().start(() -> read(opened));
        }

        private void read(InputStream opened) {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(opened, StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("data: {\"position\":")) {
                        last = Json.parse(line.substring("data: ".length()))
                                .path("position")
                                .asLong();
                        positions.add(last);
                    }
                }
            } catch (IOException broken) {
                // it is connected again, or closed
            }
        }

        void close() throws IOException, InterruptedException {
            if (body != null && reader != null) {
                body.close();
                reader.join();
            }
        }
    }
}
