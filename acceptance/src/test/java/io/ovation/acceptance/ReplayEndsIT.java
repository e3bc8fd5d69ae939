package io.ovation.acceptance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

import io.rsocket.exceptions.ConnectionCloseException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A reading of the log that ends in its midst: by its token or by its reader. It holds nothing any more, and is an
 * event.
 */
class ReplayEndsIT {
    private static final Duration LIFE = Duration.ofSeconds(6);

    /** So long after its expiry a token still counts, since clocks differ. */
    private static final Duration SKEW = Duration.ofSeconds(2);


    /** The five seconds that the contract gives, and what a token's whole seconds add. */
    private static final Duration EXPIRY = LIFE.plusSeconds(6);

    private static final Duration AT_ONCE = Duration.ofSeconds(2);
    private static final String LINES = "/api/events";
    private static final String SSE = "/api/events/stream?after=0";

    /** More of each kind than there are connections to the database. */
    private static final int READERS = 24;

    private static @Nullable OvationServer started;

    private final OvationServer server = Objects.requireNonNull(started);
    private final String user = "reader-" + UUID.randomUUID();
    private final Instant expiry = Instant.now().plus(LIFE);

    /** A log that is longer than what the kernel holds for a socket. */
    @BeforeAll
    static void aLog() {
        started = OvationServer.fresh("replay-ends")
                .with("--ovation.limits.enabled=false")
                .start();
        try (RSocketApi owner = RSocketApi.connect(started, "owner", Tokens.of("owner"))) {
            Load.of(owner, owner.opens("group"), 12 * Memory.MIB);
        }
    }

    @AfterAll
    static void stop() {
        Objects.requireNonNull(started).close();
    }

    @Test
    void linesEndWithWhyAndAbnormallyWhenTheTokenExpires() throws IOException {
        List<JsonNode> read = new ArrayList<>();
        try (SlowHttp lines = SlowHttp.open(server, LINES, token())) {
            while (Instant.now().isBefore(expiry.plus(SKEW))) {
                read.add(Json.parse(String.valueOf(lines.line())));
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
            for (String line = lines.line(); line != null; line = lines.line()) {
                read.add(Json.parse(line));
            }
            assertThat(lines.isComplete()).isFalse();
        }
        assertThatItTellsTheExpiry(read.removeLast());
        assertThat(positions(read)).isEqualTo(all().subList(0, read.size()));
        assertRecorded(AT_ONCE);
    }

    @Test
    void eventsEndWithWhyWhenTheTokenExpires() throws IOException {
        List<JsonNode> read = new ArrayList<>();
        try (SlowHttp events = SlowHttp.open(server, SSE, token())) {
            for (String line = events.line(); line != null; line = events.line()) {
                if (line.startsWith("data: ")) {
                    read.add(Json.parse(line.substring("data: ".length())));
                }
            }
        }
        assertThat(Instant.now())
                .isBetween(expiry.minusSeconds(1), expiry.plus(EXPIRY).minus(LIFE));
        assertThatItTellsTheExpiry(read.removeLast());
        assertThat(read.removeFirst().path("type").asString()).isEqualTo("start");
        assertThat(positions(read)).isEqualTo(all().subList(0, read.size()));
        assertRecorded(AT_ONCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"follow\":true}"})
    void framesEndWithWhyWhenTheTokenExpires(String data) {
        try (RSocketApi reader = RSocketApi.connect(server, user, token())) {
            Frames frames = reader.stream("events.replay", data, 3).frames();

            assertThat(frames.error(EXPIRY).path("code").asString()).isEqualTo("unauthenticated");

            assertThat(frames.received()).as("what was asked for").isEqualTo(3);
            assertThatThrownBy(() -> reader.closed().block(EXPIRY)).isInstanceOf(ConnectionCloseException.class);
        }
        assertRecorded(AT_ONCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {LINES, SSE})
    void oneWhoDoesNotReadIsLetGoAllTheSame(String path) throws IOException {
        try (SlowHttp answer = SlowHttp.open(server, path, token())) {
            assertRecorded(EXPIRY);
            while (answer.line() != null) {
                // what was in the socket
            }
            assertThat(answer.isComplete()).isFalse();
        }
    }

    @Test
    void whoDoesNotReadHoldsNoConnectionToTheDatabaseAndWhoGoesIsAnEventAtOnce() throws IOException {
        List<AutoCloseable> readings = new ArrayList<>();
        try (RSocketApi auditor = RSocketApi.connect(server, "auditor", Tokens.of("auditor", "analyst"));
                RSocketApi reader = RSocketApi.connect(server, user, Tokens.of(user, "analyst"))) {
            Frames accesses = auditor.stream(
                            "events.replay", "{\"types\":[\"LogAccessed\"],\"follow\":true}", Integer.MAX_VALUE)
                    .frames();
            for (int i = 0; i < READERS; i++) {
                readings.add(SlowHttp.open(server, LINES, Tokens.of(user, "analyst")));
                readings.add(SlowHttp.open(server, SSE, Tokens.of(user, "analyst")));
                RSocketApi.RSocketStream stream = reader.stream("events.replay", "{}", 1);
                assertThat(stream.frames().next().path("position").asLong()).isEqualTo(1);
                readings.add(stream);
            }
            Await.until("PostgreSQL works for nobody", Frames.PATIENCE, () -> working()
                    .isEmpty());
            assertThat(all()).isNotEmpty();

            for (AutoCloseable each : readings) {
                each.close();
            }

            Set<String> ended = new HashSet<>();
            while (ended.size() < readings.size()) {
                JsonNode access = Objects.requireNonNull(
                                accesses.poll(AT_ONCE), ended.size() + " readings are recorded as ended")
                        .path("payload");
                if (access.path("user").asString().equals(user)
                        && access.path("endedAt").isString()) {
                    ended.add(access.path("accessId").asString());
                    assertThat(access.path("events").asLong()).isBetween(1L, all().size() - 1L);
                }
            }
            Await.until("PostgreSQL works for nobody", AT_ONCE, () -> working().isEmpty());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private String token() {
        return Tokens.lasting(LIFE, user, "analyst");
    }

    private List<JsonNode> events(String query) {
        return new HttpApi(server, "auditor", Tokens.of("auditor", "analyst"))
                .get(LINES + query)
                .accepted()
                .text()
                .lines()
                .map(Json::parse)
                .toList();
    }

    private List<Long> all() {
        return positions(events(""));
    }

    private static List<Long> positions(List<JsonNode> events) {
        return events.stream().map(event -> event.path("position").asLong()).toList();
    }

    private static void assertThatItTellsTheExpiry(JsonNode last) {
        assertThat(last.path("type").asString()).isEqualTo("error");
        assertThat(last.path("code").asString()).isEqualTo("unauthenticated");
        assertThat(last.path("detail").asString("")).isNotBlank();
    }

    /** The reading of this test's user is recorded as over. */
    private void assertRecorded(Duration within) {
        Await.until("the reading is recorded as ended", within, () -> events("?types=LogAccessed").stream()
                .map(event -> event.path("payload"))
                .anyMatch(access -> access.path("user").asString().equals(user)
                        && access.path("endedAt").isString()));
    }

    /** What PostgreSQL does for its clients just now, as the titles of its processes tell. */
    private List<String> working() throws IOException {
        List<String> titles = new ArrayList<>();
        for (ProcessHandle each : server.postgres().orElseThrow().children().toList()) {
            Path title = Path.of("/proc", Long.toString(each.pid()), "cmdline");
            titles.add(Files.readString(title, StandardCharsets.UTF_8)
                    .replace('\0', ' ')
                    .strip());
        }
        return titles.stream()
                .filter(title -> title.contains("127.0.0.1") && !title.endsWith(" idle"))
                .toList();
    }
}
