package io.ovation.sse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.Sides;
import io.ovation.edge.TestTokens;
import io.ovation.live.LiveSide;
import io.ovation.live.PeopleWatches;
import io.ovation.live.Topic;
import io.ovation.live.Watches;
import io.ovation.presence.PresenceQuery.FindPresence;
import io.ovation.presence.PresenceQuery.People;
import io.ovation.presence.PresenceQuery.Person;
import io.ovation.presence.Status;
import org.axonframework.common.Registration;
import org.axonframework.queryhandling.QueryBus;
import org.axonframework.queryhandling.QueryUpdateEmitter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Many watches as one SSE stream, over real sockets. */
@EdgeTest
@Timeout(60)
@TestPropertySource(properties = {"ovation.limits.connects-per-second=10000", "ovation.limits.unit-burst=100000"})
class CombinedEdgeTest {
    private static final String ONE = "01990000-0000-7000-8000-000000000001";
    private static final String TWO = "01990000-0000-7000-8000-000000000002";
    private static final String FIRST = "conversations." + ONE + ".watch";
    private static final String SECOND = "conversations." + TWO + ".watch";
    private static final String FEED = "feed.watch";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final JsonMapper JSON = new JsonMapper();

    @Autowired
    private Sides.Script sides;

    @Autowired
    private Watches watches;

    @Autowired
    private PeopleWatches people;

    @Autowired
    private SseStreams streams;

    private final LiveSide live;
    private final Registration presence;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final EdgeClient client;

    CombinedEdgeTest(@Autowired QueryBus bus, @Autowired QueryUpdateEmitter emitter, @LocalServerPort int port) {
        this.live = new LiveSide(bus, emitter);
        this.client = new EdgeClient(port);
        this.presence = bus.<People>subscribe(FindPresence.class.getName(), People.class, message -> new People(
                ((FindPresence) message.getPayload())
                        .users().stream()
                                .map(user -> new Person(user, Status.offline, null, 1))
                                .toList()));
    }

    @BeforeEach
    void start() {
        sides.reset();
    }

    @AfterEach
    void everythingIsFreed() {
        try {
            await().atMost(PATIENCE)
                    .until(() -> watches.topics() == 0 && people.watchers() == 0 && streams.size() == 0);
        } finally {
            live.close();
            presence.cancel();
            http.shutdownNow();
        }
    }

    private static String path(String... routes) {
        return "/api/stream?"
                + Arrays.stream(routes)
                        .map(route -> "watch=" + URLEncoder.encode(route, StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
    }

    /** An event as it stood in the stream. */
    private record Event(String id, JsonNode data) {
        String type() {
            return data.path("type").asString();
        }

        String watch() {
            return data.path("watch").asString();
        }
    }

    /** A client of one stream. */
    private final class Reader implements AutoCloseable {
        private final HttpResponse<InputStream> response;
        private final BufferedReader lines;

        Reader(String path, String... headers) throws IOException, InterruptedException {
            HttpRequest.Builder request = client.request("GET", path, BodyPublishers.noBody(), TestTokens.of("ann"));
            for (int i = 0; i < headers.length; i += 2) {
                request.header(headers[i], headers[i + 1]);
            }
            response = http.send(request.build(), BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(200);
            lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        /** The next event; its data is missing at the end of the stream. */
        Event next() throws IOException {
            String id = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    id = "";
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    JsonNode data = JSON.readTree(line.substring(6));
                    assertThat(data.path("cursor").asString("")).isEqualTo(id);
                    // how many watch is told once a second, between all else
                    if (!data.path("type").asString("").equals("audience")) {
                        return new Event(id, data);
                    }
                }
            }
            return new Event(id, JSON.missingNode());
        }

        List<Event> next(int count) throws IOException {
            List<Event> events = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                events.add(next());
            }
            return events;
        }

        @Override
        public void close() throws IOException {
            response.body().close();
        }
    }

    private static String cursor(List<Event> events) {
        return events.stream()
                .map(Event::id)
                .filter(id -> !id.isEmpty())
                .reduce("", (before, id) -> id);
    }

    @Test
    void eachFrameSaysOfWhichWatchItIsAndEachWatchBeginsWithAStart() throws IOException, InterruptedException {
        try (Reader reader = new Reader(path(FIRST, SECOND, FEED, "presence.watch:bob,eve"))) {
            List<Event> starts = reader.next(6);
            assertThat(starts.stream().filter(event -> event.type().equals("start")).map(Event::watch))
                    .containsExactlyInAnyOrder(FIRST, SECOND, FEED, "presence.watch:bob,eve");
            assertThat(starts.stream()
                            .filter(event -> event.type().equals("presence"))
                            .map(event -> event.watch() + " " + event.data().path("user").asString()))
                    .containsExactlyInAnyOrder("presence.watch:bob,eve bob", "presence.watch:bob,eve eve");
            live.append(Topic.conversation(TWO), 1, 200);
            Event told = reader.next();
            assertThat(told.watch()).isEqualTo(SECOND);
            assertThat(told.data().propertyNames()).startsWith("type", "watch", "cursor");
            assertThat(told.data().path("conversationId").asString()).isEqualTo(TWO);
        }
    }

    @Test
    void whoCancelsFreesAllWatches() throws IOException, InterruptedException {
        String[] routes = IntStream.range(0, 50)
                .mapToObj("conversations.01990000-0000-7000-8000-0000000001%02d.watch"::formatted)
                .toArray(String[]::new);
        try (Reader reader = new Reader(path(routes))) {
            assertThat(reader.next(50)).allMatch(event -> event.type().equals("start"));
            assertThat(watches.topics()).isEqualTo(50);
            assertThat(streams.size()).isEqualTo(1);
        }
        await().atMost(PATIENCE).until(() -> watches.topics() == 0);
    }

    @Test
    void oneThatMayNotBeWatchedIsToldSoAndTheOthersGoOn() throws IOException, InterruptedException {
        live.refuse(Topic.conversation(ONE), new NotAMember());
        try (Reader reader = new Reader(path(
                FIRST, SECOND, "conversations." + ONE + ".send", "events.replay", "nothing.watch", "presence.watch"))) {
            Map<String, JsonNode> told = reader.next(6).stream().collect(Collectors.toMap(Event::watch, Event::data));
            Function<String, JsonNode> first = route -> Objects.requireNonNull(told.get(route), route);
            assertThat(first.apply(FIRST).path("type").asString()).isEqualTo("error");
            assertThat(first.apply(FIRST).path("code").asString()).isEqualTo("forbidden");
            assertThat(first.apply(FIRST).path("detail").asString()).isNotBlank();
            assertThat(first.apply(SECOND).path("type").asString()).isEqualTo("start");
            assertThat(first.apply("conversations." + ONE + ".send").path("code").asString())
                    .isEqualTo("not_found");
            assertThat(first.apply("events.replay").path("code").asString()).isEqualTo("not_found");
            assertThat(first.apply("nothing.watch").path("code").asString()).isEqualTo("not_found");
            assertThat(first.apply("presence.watch").path("code").asString()).isEqualTo("validation_failed");
            live.append(Topic.conversation(TWO), 1, 200);
            assertThat(reader.next().watch()).isEqualTo(SECOND);
        }
    }

    @Test
    void whereNoneMayBeWatchedTheStreamEnds() throws IOException, InterruptedException {
        live.refuse(Topic.conversation(ONE), new NotAMember());
        try (Reader reader = new Reader(path(FIRST))) {
            assertThat(reader.next().type()).isEqualTo("error");
            assertThat(reader.next().data().isMissingNode()).isTrue();
        }
    }

    @Test
    void whatIsNoListOfWatchesIsRefused() {
        String token = TestTokens.of("ann");
        String[] many = IntStream.range(0, 51)
                .mapToObj("conversations.01990000-0000-7000-8000-0000000001%02d.watch"::formatted)
                .toArray(String[]::new);
        for (String path : List.of(path(many), path(FIRST, FEED, FIRST), "/api/stream", path(FEED) + "&colour=red")) {
            client.call("GET", path, null, token).isProblem(400, "validation_failed");
        }
        client.call("GET", path(FEED), null, null).isProblem(401, "unauthenticated");
        client.call("POST", path(FEED), "{}", token).isProblem(405, "not_found");
    }

    @Test
    void aTopicThatIsNamedInTwoWaysIsWatchedOnce() throws IOException, InterruptedException {
        String upper = "conversations.01990000-0000-7000-8000-00000000000A.watch";
        String lower = "conversations.01990000-0000-7000-8000-00000000000a.watch";
        try (Reader reader = new Reader(path(upper, lower))) {
            assertThat(reader.next(2).stream().map(Event::type)).containsExactly("start", "error");
        }
    }

    @Test
    void oneCursorServesAllWatchesAcrossCutsAndNothingComesTwiceOrNever() throws IOException, InterruptedException {
        Random random = new Random(7);
        Map<String, List<Long>> seen = new HashMap<>();
        Map<String, Long> sent = new HashMap<>();
        String after = "";
        for (int round = 0; round < 25; round++) {
            String[] headers = after.isEmpty() ? new String[0] : new String[] {"Last-Event-ID", after};
            // what is recorded while nobody watches, from the second round on
            int before = round == 0 ? 0 : random.nextInt(20);
            int during = 1 + random.nextInt(10);
            append(random, sent, before);
            try (Reader reader = new Reader(path(FIRST, SECOND, FEED), headers)) {
                List<Event> events = new ArrayList<>(reader.next(3));
                append(random, sent, during);
                int left = (int) (sent.values().stream().mapToLong(Long::longValue).sum()
                        - seen.values().stream().mapToLong(List::size).sum());
                // cut anywhere, also before all has come
                int most = round == 24 ? Integer.MAX_VALUE : random.nextInt(left + 1);
                int told = (int) events.stream().filter(e -> !e.type().equals("start")).count();
                int starts = 3 - told;
                while (told < Math.min(left, most) || round == 24 && starts < 3) {
                    Event event = reader.next();
                    events.add(event);
                    if (event.type().equals("start")) {
                        starts++;
                    } else {
                        told++;
                    }
                }
                for (Event event : events) {
                    assertThat(event.type()).isIn("start", "message-redacted");
                    if (!event.type().equals("start")) {
                        seen.computeIfAbsent(event.watch(), watch -> new ArrayList<>())
                                .add(event.data().path("seq").asLong());
                    }
                }
                after = cursor(events);
            }
        }
        for (String watch : List.of(FIRST, SECOND)) {
            assertThat(seen.get(watch))
                    .as(watch)
                    .isEqualTo(LongStream.rangeClosed(1, sent.getOrDefault(watch, 0L))
                            .boxed()
                            .toList());
        }
    }

    private void append(Random random, Map<String, Long> sent, int count) {
        for (int i = 0; i < count; i++) {
            boolean first = random.nextInt(5) > 0;
            live.append(
                    Topic.conversation(first ? ONE : TWO),
                    sent.merge(first ? FIRST : SECOND, 1L, Long::sum),
                    200);
        }
    }

    @Test
    void aWatchThatWasNotInTheCursorStartsLiveAndOneThatWasGoesOn() throws IOException, InterruptedException {
        String after;
        try (Reader reader = new Reader(path(FIRST, FEED))) {
            after = cursor(reader.next(2));
        }
        live.append(Topic.conversation(ONE), 1, 200);
        live.append(Topic.conversation(TWO), 2, 200);
        try (Reader reader = new Reader(path(SECOND, FIRST) + "&after=" + after)) {
            List<Event> events = reader.next(3);
            assertThat(events.stream().map(event -> event.type() + " " + event.watch()))
                    .containsExactlyInAnyOrder(
                            "start " + SECOND, "start " + FIRST, "message-redacted " + FIRST);
        }
    }

    @Test
    void aCursorOfOneWatchServesItAmongManyAndOneOfManyServesOne() throws IOException, InterruptedException {
        String single;
        String many;
        try (Reader one = new Reader("/api/conversations/" + ONE + "/stream");
                Reader reader = new Reader(path(FIRST, SECOND))) {
            single = one.next().id();
            many = cursor(reader.next(2));
        }
        live.append(Topic.conversation(ONE), 1, 200);
        try (Reader reader = new Reader(path(FIRST, SECOND) + "&after=" + single)) {
            assertThat(reader.next(3).stream().map(Event::type))
                    .containsExactlyInAnyOrder("start", "start", "message-redacted");
        }
        try (Reader reader = new Reader("/api/conversations/" + ONE + "/stream?after=" + many)) {
            assertThat(reader.next(2).stream().map(Event::type)).containsExactly("start", "message-redacted");
        }
    }

    @Test
    void eachOfTheFirstWatchesMayHaveACursorOfItsOwnAndTheLastOneServesAllOthers()
            throws IOException, InterruptedException {
        String first;
        String many;
        try (Reader one = new Reader("/api/conversations/" + ONE + "/stream")) {
            first = one.next().id();
        }
        live.append(Topic.conversation(ONE), 1, 200);
        live.append(Topic.conversation(TWO), 1, 200);
        try (Reader reader = new Reader(path(FIRST, SECOND))) {
            // has a place of the first conversation too, which is further than its own
            many = cursor(reader.next(2));
        }
        live.append(Topic.conversation(ONE), 2, 200);
        live.append(Topic.conversation(TWO), 2, 200);
        live.append(Topic.feed(), 1, 200);
        String resumed;
        try (Reader reader = new Reader(path(FIRST, SECOND, FEED) + "&after=" + first + "&after=" + many + "&after=")) {
            List<Event> events = reader.next(6);
            assertThat(told(events, FIRST)).containsExactly(1L, 2L);
            assertThat(told(events, SECOND)).containsExactly(2L);
            assertThat(told(events, FEED)).isEmpty();
            // nothing is told before all have begun, so each cursor has the places of all
            resumed = events.getFirst().id();
        }
        try (Reader reader = new Reader(path(FIRST, SECOND, FEED) + "&after=" + resumed)) {
            List<Event> events = reader.next(6);
            assertThat(told(events, FIRST)).containsExactly(1L, 2L);
            assertThat(told(events, SECOND)).containsExactly(2L);
        }
        try (Reader reader = new Reader(path(SECOND, FIRST) + "&after=" + many + "&after=" + first)) {
            assertThat(told(reader.next(5), FIRST)).containsExactly(1L, 2L);
        }
    }

    private static List<Long> told(List<Event> events, String watch) {
        return events.stream()
                .filter(event -> event.watch().equals(watch) && !event.type().equals("start"))
                .map(event -> event.data().path("seq").asLong())
                .toList();
    }

    @Test
    void whatIsNoCursorIsResetForEachWatch() throws IOException, InterruptedException {
        try (Reader reader = new Reader(path(FIRST, SECOND) + "&after=garbage")) {
            assertThat(reader.next(4).stream().map(event -> event.type() + " " + event.watch()))
                    .containsExactlyInAnyOrder(
                            "start " + FIRST, "reset " + FIRST, "start " + SECOND, "reset " + SECOND);
        }
    }

    @Test
    void whoDoesNotReadIsEndedAsSlowAndGoesOnFromTheLastCursor() throws IOException, InterruptedException {
        try (Reader reader = new Reader(path(FIRST, SECOND))) {
            List<Event> starts = reader.next(2);
            assertThat(starts).hasSize(2);
            // more than the kernel's buffers and what may wait here hold together
            long seq = 0;
            while (watches.topics() == 2) {
                live.append(Topic.conversation(ONE), ++seq, 8_000);
            }
            List<Long> seen = new ArrayList<>();
            Event last = reader.next();
            String cursor = "";
            while (!last.data().isMissingNode() && !last.type().equals("error")) {
                seen.add(last.data().path("seq").asLong());
                cursor = last.id();
                last = reader.next();
            }
            assertThat(last.data().toString())
                    .isEqualTo("{\"type\":\"error\",\"code\":\"rate_limited\",\"detail\":\"slow_consumer\"}");
            try (Reader resumed = new Reader(path(FIRST, SECOND) + "&after=" + cursor)) {
                while (seen.size() < seq) {
                    Event event = resumed.next();
                    if (!event.type().equals("start")) {
                        seen.add(event.data().path("seq").asLong());
                    }
                }
            }
            assertThat(seen).isEqualTo(LongStream.rangeClosed(1, seq).boxed().toList());
        }
    }
}
