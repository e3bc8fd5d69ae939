package io.ovation.replay;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.reflect.Type;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import com.nimbusds.jose.JWSAlgorithm;
import io.ovation.Unavailable;
import io.ovation.ValidationFailed;
import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.TestTokens;
import io.ovation.replay.ReplayCommand.RecordAccess;
import io.ovation.replay.ReplayQuery.EventLine;
import io.ovation.replay.ReplayQuery.EventPage;
import io.ovation.replay.ReplayQuery.FindEvents;
import io.ovation.replay.ReplayQuery.FindLogRange;
import io.ovation.replay.ReplayQuery.LogRange;
import io.ovation.security.SignOuts;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.common.Registration;
import org.axonframework.queryhandling.QueryBus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.test.context.TestPropertySource;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The replay at the edge, before a query side that answers as a test says. */
@EdgeTest
@Timeout(60)
@TestPropertySource(properties = "ovation.limits.connects-per-second=10000")
class ReplayEdgeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String EVENTS = "/api/events";
    private static final String STREAM = "/api/events/stream";
    private static final String THIS_LOG = "00000000000000aa";
    private static final String ANALYST = TestTokens.of("ann", "analyst");
    private static final Type PAGES = new ParameterizedTypeReference<Flux<EventPage>>() {}.getType();

    private final List<RecordAccess> recorded = new CopyOnWriteArrayList<>();
    private final List<FindEvents> asked = new CopyOnWriteArrayList<>();
    private final AtomicLong cancelled = new AtomicLong();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private volatile Flux<EventPage> pages = Flux.empty();
    private final List<Registration> registrations;
    private final EdgeClient client;
    private final int port;

    ReplayEdgeTest(@Autowired CommandBus commands, @Autowired QueryBus queries, @LocalServerPort int port) {
        this.port = port;
        client = new EdgeClient(port);
        registrations = List.of(
                commands.subscribe(RecordAccess.class.getName(), message -> {
                    recorded.add((RecordAccess) message.getPayload());
                    return null;
                }),
                queries.<LogRange>subscribe(FindLogRange.class.getName(), LogRange.class, message -> {
                    FindLogRange query = (FindLogRange) message.getPayload();
                    if (query.filter().types().contains("Nope")) {
                        throw new ValidationFailed("types[0]", "is no type of event");
                    }
                    Long after = query.after();
                    boolean elsewhere =
                            after != null && (after > 100 || query.log() != null && !query.log().equals(THIS_LOG));
                    return new LogRange(after == null || elsewhere ? -1 : after, 100, 100, THIS_LOG, elsewhere);
                }),
                queries.<Flux<EventPage>>subscribe(FindEvents.class.getName(), PAGES, message -> {
                    asked.add((FindEvents) message.getPayload());
                    return pages.doOnCancel(cancelled::incrementAndGet);
                }));
    }

    @BeforeEach
    void nothingYet() {
        recorded.clear();
    }

    @AfterEach
    void away() {
        registrations.forEach(Registration::cancel);
        http.shutdownNow();
    }

    private static String line(long position) {
        return "{\"position\":" + position + ",\"eventId\":\"e\",\"type\":\"T\""
                + ",\"timestamp\":\"2026-11-30T09:15:00.000Z\"}";
    }

    private static EventPage page(long... positions) {
        return new EventPage(LongStream.of(positions)
                .mapToObj(position ->
                        new EventLine(position, line(position).getBytes(StandardCharsets.UTF_8)))
                .toList());
    }

    private static String expiringIn(int seconds) {
        return TestTokens.signed(
                TestTokens.claims("ann")
                        .claim("roles", List.of("analyst"))
                        .expirationTime(Date.from(Instant.now().plusSeconds(seconds)))
                        .build(),
                TestTokens.SECRET,
                JWSAlgorithm.HS256);
    }

    private HttpResponse<InputStream> open(String path, String token, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = client.request("GET", path, BodyPublishers.noBody(), token);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), BodyHandlers.ofInputStream());
    }

    /**
     * One event, then the error as a line, and the connection ends before the body does. Read from the socket itself:
     * Java's client, told of such an end, lets go of what it has read and not handed over.
     */
    private void endsAbnormally(String path, String token, String code) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            ask(socket, path, token);
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer)
                    .startsWith("HTTP/1.1 200 ")
                    .containsSubsequence(line(1) + "\n", "\"type\":\"error\"", "\"code\":\"" + code + "\"");
            assertThat(answer).as("the last chunk").doesNotEndWith("\r\n0\r\n\r\n");
        }
    }

    private static void ask(Socket socket, String path, String token) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    }

    private static BufferedReader lines(HttpResponse<InputStream> response) {
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    @Test
    void theEventsComeALineEachAndTheReadingIsRecordedWhenItsEndIsTold() {
        pages = Flux.just(page(11, 12), page(20));

        EdgeClient.Reply reply = client.call(
                "GET",
                EVENTS + "?after=10&from=2026-01-02T03:04:05Z&types=MessageSent%2CLogAccessed&aggregate=c%201&limit=3",
                null,
                ANALYST);

        assertThat(reply.response().body()).isEqualTo(line(11) + "\n" + line(12) + "\n" + line(20) + "\n");
        assertThat(reply.header("Content-Type")).isEqualTo("application/x-ndjson");
        assertThat(reply.header(ReplayFeature.AFTER)).isEqualTo("10");
        assertThat(reply.header(ReplayFeature.END)).isEqualTo("100");
        assertThat(reply.header("Ovation-Log")).isEqualTo(THIS_LOG);
        EventFilter filter = new EventFilter(
                Instant.parse("2026-01-02T03:04:05Z"), null, List.of("MessageSent", "LogAccessed"), "c 1");
        assertThat(asked).singleElement().satisfies(query -> {
            assertThat(query.filter()).isEqualTo(filter);
            assertThat(query.end()).isEqualTo(100);
            assertThat(query.limit()).isEqualTo(3);
        });
        assertThat(recorded).hasSize(2).first().satisfies(access -> {
            assertThat(access.endedAt()).isNull();
            assertThat(access.events()).isZero();
        });
        assertThat(recorded).last().satisfies(access -> {
            assertThat(access.by().user()).isEqualTo("ann");
            assertThat(access.filter()).isEqualTo(filter);
            assertThat(access.after()).isEqualTo(10);
            assertThat(access.events()).isEqualTo(3);
            assertThat(access.last()).isEqualTo(20);
            assertThat(access.endedAt()).isNotNull();
        });
    }

    @ParameterizedTest
    @CsvSource({
        "after=-1, after",
        "after=abc, after",
        "after=99999999999999999999, after",
        "after=1.5, after",
        "limit=0, limit",
        "limit=x, limit",
        "from=yesterday, from",
        "from=2026-01-02, from",
        "from=%2B12026-01-02T03:04:05Z, from",
        "to=2026-13-02T03:04:05Z, to",
        "from=2026-01-02T03:04:05Z&to=2026-01-02T03:04:04Z, to",
        "types=Nope, types[0]",
        "aggregate=, aggregate",
        "colour=red, colour",
        "follow=true, follow",
        "limit=1&limit=2, limit"
    })
    void whatIsWrongIsAProblemAndNothingIsReadOrRecorded(String query, String field) {
        assertThat(client.call("GET", EVENTS + "?" + query, null, ANALYST)
                        .isProblem(400, "validation_failed")
                        .field())
                .isEqualTo(field);
        assertThat(asked).isEmpty();
        assertThat(recorded).isEmpty();
    }

    @Test
    void anAdminReadsWhatAnAnalystReads() throws Exception {
        String admin = TestTokens.of("root", "admin");
        pages = Flux.just(page(11, 12));

        assertThat(client.call("GET", EVENTS, null, admin).response().body())
                .isEqualTo(line(11) + "\n" + line(12) + "\n");
        try (BufferedReader live = lines(open(STREAM + "?after=10", admin))) {
            assertThat(live.readLine()).isNotNull();
        }
        assertThat(recorded).isNotEmpty().allSatisfy(access -> assertThat(access.by().user())
                .isEqualTo("root"));
    }

    @Test
    void whoHasNoRoleMayNotReadAndNobodyButByGet() {
        for (String path : List.of(EVENTS, STREAM)) {
            client.call("GET", path, null, null).isProblem(401, "unauthenticated");
            client.call("GET", path, null, TestTokens.of("ann")).isProblem(403, "forbidden");
            client.call("POST", path, "{}", ANALYST).isProblem(405, "not_found");
        }
        assertThat(asked).isEmpty();
        assertThat(recorded).isEmpty();
    }

    @Test
    void whatFailsBeforeTheFirstLineIsAProblem() {
        pages = Flux.error(new Unavailable("The log cannot be read now", 1));
        client.call("GET", EVENTS, null, ANALYST).isProblem(503, "unavailable");
    }

    @Test
    void whatFailsLaterIsToldInALastLineAndEndsAbnormally() throws IOException, InterruptedException {
        pages = Flux.concat(Flux.just(page(1)), Flux.error(new Unavailable("The log cannot be read now", 1)));
        endsAbnormally(EVENTS, ANALYST, "unavailable");
    }

    @Test
    void anExpiredTokenIsToldInALastLineAndEndsAbnormally() throws IOException, InterruptedException {
        pages = Flux.concat(Flux.just(page(1)), Flux.never());
        endsAbnormally(EVENTS, expiringIn(2), "unauthenticated");
        await().atMost(PATIENCE).until(() -> cancelled.get() == 1 && recorded.size() == 2);
        assertThat(recorded.getLast().events()).isEqualTo(1);
    }

    @Test
    void whoIsSignedOutIsToldInALastLineAndReadsNoMore(@Autowired SignOuts signOuts)
            throws IOException, InterruptedException {
        pages = Flux.concat(Flux.just(page(1)), Flux.never());
        HttpResponse<InputStream> response = open(EVENTS, TestTokens.of("zoe", "analyst"));
        BufferedReader lines = lines(response);
        assertThat(lines.readLine()).isEqualTo(line(1));
        long start = System.nanoTime();
        signOuts.add("zoe", Instant.now());
        assertThat(lines.readLine()).contains("\"type\":\"error\"", "\"code\":\"unauthenticated\"", "signed out");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        await().atMost(PATIENCE).until(() -> cancelled.get() == 1);
    }

    @Test
    void aClientThatGoesAwayFreesTheReadingWhichIsRecorded() throws IOException, InterruptedException {
        pages = Flux.concat(Flux.just(page(1, 2)), Flux.never());
        HttpResponse<InputStream> response = open(EVENTS, ANALYST);
        assertThat(lines(response).readLine()).isEqualTo(line(1));
        response.body().close();
        await().atMost(PATIENCE).until(() -> cancelled.get() == 1 && recorded.size() == 2);
        assertThat(recorded.getLast().events()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {EVENTS, STREAM + "?after=0"})
    void aClientThatDoesNotReadIsNotReadFor(String path) throws IOException {
        AtomicLong read = new AtomicLong();
        String line = "{\"position\":1,\"text\":\"" + "x".repeat(60_000) + "\"}";
        EventPage large = new EventPage(List.of(new EventLine(1, line.getBytes(StandardCharsets.UTF_8))));
        pages = Flux.range(0, 100_000).map(i -> large).doOnNext(page -> read.incrementAndGet());
        try (Socket socket = new Socket()) {
            // before it is connected, for the window to be as small
            socket.setReceiveBufferSize(4 * 1024);
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            ask(socket, path, ANALYST);
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            await().during(Duration.ofMillis(500)).atMost(PATIENCE).until(read::get, before -> before == read.get());
            assertThat(read.get())
                    .as("what the kernel holds, 4 MiB at most, and little more")
                    .isLessThan(100);
        }
        await().atMost(PATIENCE)
                .until(() -> !recorded.isEmpty() && recorded.getLast().endedAt() != null);
    }

    @Test
    void aReadingIsRecordedBeforeItsFirstLineLeaves() throws IOException, InterruptedException {
        List<Integer> recordedAtTheFirstPage = new CopyOnWriteArrayList<>();
        pages = Flux.defer(() -> {
            recordedAtTheFirstPage.add(recorded.size());
            return Flux.just(page(1));
        });
        assertThat(lines(open(EVENTS, ANALYST)).lines()).hasSize(1);
        assertThat(recordedAtTheFirstPage).containsExactly(1);
    }

    @Test
    void theStreamBeginsLiveOrAfterACursorAndLastEventIdWins() throws IOException, InterruptedException {
        pages = Flux.concat(Flux.just(page(101, 102)), Flux.never());
        BufferedReader live = lines(open(STREAM, ANALYST));
        assertThat(live.readLine()).isEqualTo("retry: 1000");
        assertThat(live.readLine()).isEqualTo("id: 100");
        assertThat(live.readLine()).isEqualTo("data: {\"type\":\"start\",\"cursor\":\"100\"}");
        assertThat(live.lines().limit(6).collect(Collectors.joining("\n")))
                .isEqualTo("\nid: 101\ndata: " + line(101) + "\n\nid: 102\ndata: " + line(102));
        assertThat(asked.getFirst().after()).isEqualTo(100);
        assertThat(asked.getFirst().end()).isNull();
        live.close();

        lines(open(STREAM + "?after=40", ANALYST)).close();
        lines(open(STREAM + "?after=40", ANALYST, "Last-Event-ID", "50")).close();
        assertThat(asked.get(1).after()).isEqualTo(40);
        assertThat(asked.get(2).after()).isEqualTo(50);
        await().atMost(PATIENCE).until(() -> recorded.size() == 6);
        assertThat(recorded.stream().filter(access -> access.endedAt() == null))
                .as("begun")
                .hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"abc", "-5", "101", "99999999999999999999"})
    void aCursorThatIsNoneOfThisLogIsReset(String cursor) throws IOException, InterruptedException {
        pages = Flux.never();
        BufferedReader stream = lines(open(STREAM + "?after=" + cursor, ANALYST));
        assertThat(stream.lines().limit(5))
                .last()
                .isEqualTo("data: {\"type\":\"reset\"}");
        await().atMost(PATIENCE).until(() -> asked.size() == 1);
        assertThat(asked.getFirst().after()).isEqualTo(100);
        stream.close();
        await().atMost(PATIENCE).until(() -> recorded.size() == 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?after=101", "?after=50&log=another", "?after=0&log=another"})
    void aPositionOfAnotherLogOrBeyondTheHeadIsAConflict(String query) {
        client.call("GET", EVENTS + query, null, ANALYST).isProblem(409, "conflict");
        assertThat(asked).isEmpty();
        assertThat(recorded).isEmpty();
    }

    @Test
    void aPositionIsGoodWithTheLogThatItCameWith() throws IOException, InterruptedException {
        pages = Flux.just(page(51));
        client.call("GET", EVENTS + "?after=50&log=" + THIS_LOG, null, ANALYST).is(200);
        client.call("GET", EVENTS + "?log=another", null, ANALYST).is(200);
        pages = Flux.never();
        HttpResponse<InputStream> stream = open(STREAM + "?after=50&log=" + THIS_LOG, ANALYST);
        assertThat(stream.headers().firstValue("Ovation-Log")).hasValue(THIS_LOG);
        await().atMost(PATIENCE).until(() -> asked.size() == 3);
        assertThat(asked).last().satisfies(query -> {
            assertThat(query.after()).isEqualTo(50);
            assertThat(query.log()).isEqualTo(THIS_LOG);
        });
        stream.body().close();
        await().atMost(PATIENCE).until(() -> recorded.size() == 6);
    }

    @Test
    void aPositionOfAnotherLogIsResetOnTheStreamWhichGoesOnLive() throws IOException, InterruptedException {
        pages = Flux.never();
        HttpResponse<InputStream> response = open(STREAM + "?log=another", ANALYST, "Last-Event-ID", "50");
        assertThat(response.headers().firstValue("Ovation-Log")).hasValue(THIS_LOG);
        BufferedReader stream = lines(response);
        assertThat(stream.lines().limit(5))
                .containsSubsequence(
                        "data: {\"type\":\"start\",\"cursor\":\"100\"}", "data: {\"type\":\"reset\"}");
        await().atMost(PATIENCE).until(() -> asked.size() == 1);
        assertThat(asked.getFirst().after()).isEqualTo(100);
        stream.close();
        await().atMost(PATIENCE).until(() -> recorded.size() == 2);
    }

    @Test
    void anExpiredTokenEndsTheStream() throws IOException, InterruptedException {
        pages = Flux.never();
        BufferedReader stream = lines(open(STREAM, expiringIn(2)));
        assertThat(stream.lines().filter(line -> !line.isEmpty()).toList())
                .last()
                .asString()
                .contains("\"type\":\"error\"", "\"code\":\"unauthenticated\"");
        await().atMost(PATIENCE).until(() -> recorded.size() == 2);
    }
}
