package io.ovation.acceptance;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Who is here, as the others see it: over real sockets, which close, break and fall silent. */
@ExtendWith(SharedServer.class)
class PresenceIT {
    /** From the first connection until others know. */
    private static final Duration TO_COME = Duration.ofSeconds(2);

    /** From the end of the last one until others know. */
    private static final Duration TO_GO = Duration.ofSeconds(10);

    /** For what only has to be so before the test goes on: a server that has just started is slow to answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration GRACE = Duration.ofSeconds(5);

    @ParameterizedTest
    @EnumSource(Transport.class)
    void oneIsOnlineFromTheFirstConnectionOrStreamAndOfflineAfterTheLast(Transport transport, People people)
            throws Exception {
        HttpApi bob = people.http("bob");
        Api ada = transport == Transport.HTTP ? people.http("ada") : null;
        String id = bob.opens("group", people.http("ada"));
        Live watch = people.closing(watch(transport, people, "bob", people.name("ada")));
        sees(watch, people.name("ada"), "offline");

        AutoCloseable connection = ada == null ? people.rsocket("ada") : ada.watch(id, null);
        Instant start = Instant.now();
        JsonNode online = sees(watch, people.name("ada"), "online");
        assertThat(Duration.between(start, Instant.now())).isLessThan(TO_COME);
        assertThat(status(bob, people.name("ada"))).isEqualTo(online);

        Instant end = Instant.now();
        connection.close();
        sees(watch, people.name("ada"), "offline");
        assertThat(Duration.between(end, Instant.now())).isBetween(GRACE, TO_GO);
    }

    @Test
    void aSocketThatIsDestroyedIsNoticed(People people) {
        HttpApi bob = people.http("bob");
        bob.opens("direct", people.http("ada"));
        RSocketApi ada = people.rsocket("ada");
        awaitStatus(bob, people.name("ada"), "online", PATIENCE);

        ada.cut();

        awaitStatus(bob, people.name("ada"), "offline", TO_GO);
    }

    @Test
    void aSocketThatFallsSilentIsNoticedAfterItsLifetime(People people) {
        HttpApi bob = people.http("bob");
        bob.opens("direct", people.http("ada"));
        Duration lifetime = Duration.ofSeconds(3);
        String user = people.name("ada");
        RSocketApi ada =
                people.closing(RSocketApi.connectOnItsOwnLoop(people.server(), user, Tokens.of(user), lifetime));
        awaitStatus(bob, user, "online", PATIENCE);
        CountDownLatch silence = new CountDownLatch(1);
        try {
            ada.stopReading(silence);
            awaitStatus(bob, user, "offline", lifetime.plus(TO_GO));
        } finally {
            silence.countDown();
        }
    }

    @Test
    void twoDevicesAreOneUserUntilTheLastHasGone(People people) {
        HttpApi bob = people.http("bob");
        String user = people.name("ada");
        String id = bob.opens("group", people.http("ada"));
        RSocketApi desk = people.rsocket("ada");
        Live phone = people.closing(people.http("ada").watch(id, null));
        awaitStatus(bob, user, "online", PATIENCE);
        Live watch = people.closing(watch(Transport.HTTP, people, "bob", user));
        JsonNode online = sees(watch, user, "online");

        desk.cut();
        passes(TO_GO);
        assertThat(status(bob, user)).isEqualTo(online);
        assertThat(watch.frames().received()).as("start, and the one").isEqualTo(2);

        phone.cut();
        sees(watch, user, "offline");
    }

    @Test
    void aPageThatIsLoadedAgainIsNoComingAndGoing(People people) {
        HttpApi bob = people.http("bob");
        String user = people.name("ada");
        bob.opens("direct", people.http("ada"));
        RSocketApi page = people.rsocket("ada");
        awaitStatus(bob, user, "online", PATIENCE);
        Live watch = people.closing(watch(Transport.HTTP, people, "bob", user));
        JsonNode online = sees(watch, user, "online");

        for (int i = 0; i < 3; i++) {
            page.cut();
            passes(Duration.ofSeconds(1));
            page = people.rsocket("ada");
        }

        passes(TO_GO);
        assertThat(watch.frames().received()).as("start, and the one").isEqualTo(2);
        assertThat(status(bob, user)).as("since the first of them").isEqualTo(online);
    }

    @Test
    void whatADeadNodeLeftOpenIsClosedByItsNextStartButForThoseWhoCameBack() {
        OvationServer.Launch launch = OvationServer.fresh("presence-killed");
        OvationServer server = launch.start();
        try {
            HttpApi eve = http(server, "eve");
            eve.open(Json.object("kind", "group", "members", List.of("ada", "bob")))
                    .accepted();
            RSocketApi.connect(server, "ada", Tokens.of("ada"));
            RSocketApi.connect(server, "bob", Tokens.of("bob"));
            awaitStatus(eve, "ada", "online", PATIENCE);
            awaitStatus(eve, "bob", "online", PATIENCE);
            JsonNode bob = status(eve, "bob");

            server.killAll();
            server = launch.start();
            try (RSocketApi back = RSocketApi.connect(server, "bob", Tokens.of("bob"))) {
                HttpApi again = http(server, "eve");
                awaitStatus(again, "ada", "offline", TO_GO);
                assertThat(back.isOpen()).isTrue();
                passes(GRACE);
                assertThat(status(again, "bob")).as("as if nothing had been").isEqualTo(bob);
            }
            awaitStatus(http(server, "eve"), "bob", "offline", TO_GO);
        } finally {
            server.close();
        }
    }

    @Test
    void aNodeThatStopsSaysThatItsPeopleHaveGone() {
        OvationServer.Launch launch = OvationServer.fresh("presence-stopped");
        OvationServer server = launch.start();
        try {
            HttpApi eve = http(server, "eve");
            String id = eve.open(Json.object("kind", "group", "members", List.of("ada", "bob")))
                    .accepted()
                    .text("conversationId");
            RSocketApi.connect(server, "ada", Tokens.of("ada"));
            http(server, "bob").watch(id, null);
            awaitStatus(eve, "ada", "online", PATIENCE);
            awaitStatus(eve, "bob", "online", PATIENCE);

            server.terminate();
            server.exitCode(Duration.ofSeconds(30));
            Instant stopped = Instant.now();
            server = launch.start();

            for (String user : List.of("ada", "bob")) {
                JsonNode status = status(http(server, "eve"), user);
                assertThat(status.path("status").asString()).isEqualTo("offline");
                assertThat(Instant.parse(status.path("since").asString())).isBefore(stopped);
            }
        } finally {
            server.close();
        }
    }

    @Test
    void fiveThousandWhoComeBackAtOnceAreAllOnlineAndNobodyIsFlooded() throws Exception {
        int count = Integer.getInteger("ovation.presence.reconnects", 5_000);
        List<String> users = IntStream.range(0, count).mapToObj(i -> "u" + i).toList();
        try (OvationServer server = OvationServer.fresh("presence-many")
                .with("--ovation.limits.enabled=false")
                .start()) {
            HttpApi eve = http(server, "eve");
            // a group has 5,000 members at most, the opener among them
            for (int from = 0; from < count; from += 2_500) {
                eve.open(Json.object("kind", "group", "members", users.subList(from, Math.min(count, from + 2_500))))
                        .accepted();
            }
            List<String> watched = users.subList(0, Math.min(count, 200));
            Live watch = SseStream.open(eve.request("/api/presence/stream?users=" + String.join(",", watched)));
            List<RSocketApi> connections = connect(server, users);
            awaitAll(eve, users, "online");
            int before = watch.frames().received();
            // the start, and two of each
            assertThat(before).isLessThanOrEqualTo(1 + 2 * watched.size());

            inParallel(connections, RSocketApi::cut);
            List<RSocketApi> again = connect(server, users);
            awaitAll(eve, users, "online");
            assertThat(watch.frames().received() - before)
                    .as("frames for those who came back late")
                    .isLessThanOrEqualTo(2 * watched.size());

            inParallel(again, RSocketApi::cut);
            awaitAll(eve, users, "offline");
            watch.close();
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP    | eve",
                "HTTP    | ada,eve",
                "HTTP    | nobody has that name",
                "RSOCKET | eve",
                "RSOCKET | ada,eve",
                "RSOCKET | nobody has that name",
            })
    void whoSharesNothingWithOneOfThemIsToldNothing(Transport transport, String asked, People people) {
        people.http("eve").opens("channel");
        people.http("bob").opens("direct", people.http("ada"));
        String[] users = Arrays.stream(asked.split(",")).map(people::name).toArray(String[]::new);

        get(people.connect(transport, "bob"), Json.object("users", users)).rejected("forbidden");
        assertStreamRejected(transport, people, "bob", "forbidden", users);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aStreamEndsWithTheLastSharedConversation(Transport transport, People people) {
        HttpApi bob = people.http("bob");
        String group = bob.opens("group", people.http("ada"));
        String channel = bob.opens("channel", people.http("ada"));
        Live watch = people.closing(watch(transport, people, "ada", people.name("bob")));
        watch.frames().next();

        bob.removeMember(group, people.name("ada")).accepted();
        get(people.http("ada"), Json.object("users", List.of(people.name("bob"))))
                .accepted();
        bob.removeMember(channel, people.name("ada")).accepted();

        assertThat(watch.frames().error().path("code").asString()).isEqualTo("forbidden");
        get(people.http("ada"), Json.object("users", List.of(people.name("bob"))))
                .rejected("forbidden");
    }

    static Stream<String> requestsThatAreNotValid() {
        String many = IntStream.range(0, 201).mapToObj(i -> "\"u" + i + "\"").collect(Collectors.joining(","));
        return Stream.of(
                "{}",
                "{\"users\":null}",
                "{\"users\":[]}",
                "{\"users\":\"ada\"}",
                "{\"users\":[1]}",
                "{\"users\":[null]}",
                "{\"users\":[\"\"]}",
                "{\"users\":[\" \"]}",
                "{\"users\":[\"a\\u0000b\"]}",
                "{\"users\":[\"ada\",\"ada\"]}",
                "{\"users\":[\"" + "x".repeat(201) + "\"]}",
                "{\"users\":[" + many + "]}",
                "[\"ada\"]",
                "nonsense");
    }

    @ParameterizedTest
    @MethodSource("requestsThatAreNotValid")
    void badInputIsTurnedAwayOverRSocket(String data, People people) {
        RSocketApi ada = people.rsocket("ada");

        ada.call("presence.get", data).rejected("validation_failed");
        JsonNode error = ada.stream("presence.watch", data, 1).frames().error();
        assertThat(error.path("code").asString()).isEqualTo("validation_failed");
    }

    static Stream<String> queriesThatAreNotValid() {
        String many = IntStream.range(0, 201).mapToObj(i -> "u" + i).collect(Collectors.joining(","));
        return Stream.of(
                "",
                "?users=",
                "?users=,",
                "?users=ada,ada",
                "?users=ada&users=ada",
                "?users=ada,",
                "?users=%ff",
                "?users=a%00b",
                "?user=ada",
                "?users=ada&limit=3",
                "?users=" + "x".repeat(201),
                "?users=" + many);
    }

    @ParameterizedTest
    @MethodSource("queriesThatAreNotValid")
    void badInputIsTurnedAwayOverHttp(String query, People people) {
        HttpApi ada = people.http("ada");

        ada.get("/api/presence" + query).rejected("validation_failed");
        ada.get("/api/presence/stream" + query).rejected("validation_failed");
        ada.call("POST", "/api/presence", "{}").rejected("not_found");
    }

    /** Asks over the transport that the caller has. */
    private static Reply get(Api by, ObjectNode fields) {
        return switch (by) {
            case RSocketApi socket -> socket.call("presence.get", fields.toString());
            case HttpApi http ->
                http.get("/api/presence?users="
                        + query(fields.path("users").values().stream().map(JsonNode::asString)));
            default -> throw new IllegalArgumentException("Not a transport of this test: " + by);
        };
    }

    private static Live watch(Transport transport, People people, String by, String... users) {
        return switch (transport) {
            case HTTP ->
                SseStream.open(people.http(by).request("/api/presence/stream?users=" + query(Stream.of(users))));
            case RSOCKET ->
                people.rsocket(by).stream(
                        "presence.watch", Json.object("users", users).toString(), Integer.MAX_VALUE);
        };
    }

    private static void assertStreamRejected(
            Transport transport, People people, String by, String code, String... users) {
        switch (transport) {
            case HTTP ->
                assertThatThrownBy(() -> watch(transport, people, by, users))
                        .isInstanceOfSatisfying(SseStream.Refused.class, refused -> refused.reply()
                                .rejected(code));
            case RSOCKET ->
                assertThat(watch(transport, people, by, users)
                                .frames()
                                .error()
                                .path("code")
                                .asString())
                        .isEqualTo(code);
        }
    }

    private static String query(Stream<String> users) {
        return users.map(Endpoint::encode).collect(Collectors.joining(","));
    }

    /** The next frame, which has to be that; answers what a query would say of the user. */
    private static JsonNode sees(Live watch, String user, String status) {
        JsonNode frame = watch.frames().nextOf("presence");
        assertThat(frame.has("cursor")).isFalse();
        JsonNode person = ((ObjectNode) frame).without("type");
        assertThat(person.path("user").asString()).isEqualTo(user);
        assertThat(person.path("status").asString()).as("status in %s", frame).isEqualTo(status);
        return person;
    }

    private static JsonNode status(HttpApi by, String user) {
        return get(by, Json.object("users", List.of(user)))
                .accepted()
                .body()
                .path("presence")
                .path(0);
    }

    private static void awaitStatus(HttpApi by, String user, String status, Duration within) {
        Await.until(
                user + " is " + status,
                within,
                () -> status(by, user).path("status").asString().equals(status));
    }

    private static void awaitAll(HttpApi by, List<String> users, String status) {
        for (int from = 0; from < users.size(); from += 200) {
            List<String> page = users.subList(from, Math.min(users.size(), from + 200));
            Await.until(
                    page.getFirst() + " … are " + status,
                    Duration.ofSeconds(60),
                    () -> get(by, Json.object("users", page)).accepted().body().path("presence").values().stream()
                            .allMatch(each -> each.path("status").asString().equals(status)));
        }
    }

    /** Waits, where the passing of time itself is what matters. */
    private static void passes(Duration time) {
        Instant end = Instant.now().plus(time);
        Await.until("time passes", time.plusSeconds(1), () -> Instant.now().isAfter(end));
    }

    private static HttpApi http(OvationServer server, String user) {
        return new HttpApi(server, user, Tokens.of(user));
    }

    private static List<RSocketApi> connect(OvationServer server, List<String> users) throws InterruptedException {
        List<RSocketApi> connections = new ArrayList<>();
        inParallel(users, user -> {
            RSocketApi connection = RSocketApi.connect(server, user, Tokens.of(user));
            synchronized (connections) {
                connections.add(connection);
            }
        });
        assertThat(connections).hasSize(users.size());
        return connections;
    }

    private static <T> void inParallel(List<T> all, Consumer<T> action) throws InterruptedException {
        List<Throwable> failures = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int part = 0; part < 128; part++) {
            int first = part;
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    for (int i = first; i < all.size(); i += 128) {
                        action.accept(all.get(i));
                    }
                } catch (RuntimeException | AssertionError e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }
}
