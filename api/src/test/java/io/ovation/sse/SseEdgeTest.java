package io.ovation.sse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

import com.nimbusds.jose.JWSAlgorithm;
import io.ovation.conversation.ConversationRejection.ConversationNotFound;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.Sides;
import io.ovation.edge.TestTokens;
import io.ovation.edge.WireCheck;
import io.ovation.live.Frame;
import io.ovation.live.LiveSide;
import io.ovation.live.Topic;
import io.ovation.live.Watches;
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

@EdgeTest
@Timeout(60)
@TestPropertySource(properties = "ovation.limits.connects-per-second=10000")
class SseEdgeTest {
    private static final String ID = "01990000-0000-7000-8000-00000000000d";
    private static final Topic TOPIC = Topic.conversation(ID);
    private static final String STREAM = "/api/conversations/" + ID + "/stream";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final JsonMapper JSON = new JsonMapper();

    @Autowired
    private Sides.Script sides;

    @Autowired
    private Watches watches;

    @Autowired
    private SseStreams streams;

    private final LiveSide live;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private EdgeClient client;
    private int port;

    SseEdgeTest(@Autowired QueryBus bus, @Autowired QueryUpdateEmitter emitter, @LocalServerPort int port) {
        this.live = new LiveSide(bus, emitter);
        this.port = port;
        this.client = new EdgeClient(port);
    }

    @BeforeEach
    void start() {
        sides.reset();
    }

    @AfterEach
    void everythingIsFreed() {
        try {
            await().atMost(PATIENCE).until(() -> watches.topics() == 0 && streams.size() == 0);
        } finally {
            live.close();
        }
    }

    /** An event as it stood in the stream. */
    private record Event(String id, JsonNode data) {}

    /** A client of one stream. */
    private final class Reader implements AutoCloseable {
        private final HttpResponse<InputStream> response;
        private final BufferedReader lines;
        private final String path;

        Reader(String path, String token, String... headers) throws IOException, InterruptedException {
            this.path = path;
            HttpRequest.Builder request = client.request("GET", path, BodyPublishers.noBody(), token);
            for (int i = 0; i < headers.length; i += 2) {
                request.header(headers[i], headers[i + 1]);
            }
            response = http.send(request.build(), BodyHandlers.ofInputStream());
            lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        /** The next event that is not about who else watches; its data is missing at the end of the stream. */
        Event next() throws IOException {
            Event event = any();
            return event.data().path("type").asString("").equals("audience") ? next() : event;
        }

        private Event any() throws IOException {
            String id = "";
            JsonNode data = JSON.missingNode();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    data = JSON.readTree(line.substring(6));
                    WireCheck.of(port).frame(path, line.substring(6));
                } else if (line.isEmpty() && !data.isMissingNode()) {
                    return new Event(id, data);
                } else {
                    assertThat(line).as("nothing but these and comments").matches("(:|retry: [1-9][0-9]*)?");
                }
            }
            return new Event(id, JSON.missingNode());
        }

        String nextType() throws IOException {
            return next().data().path("type").asString();
        }

        @Override
        public void close() throws IOException {
            response.body().close();
        }
    }

    private Reader read(String path, String... headers) throws IOException, InterruptedException {
        return new Reader(path, TestTokens.of("ann"), headers);
    }

    @Test
    void theHeadAndAFirstFrameComeAtOnceAndThenWhatIsNew() throws IOException, InterruptedException {
        try (Reader reader = read(STREAM)) {
            assertThat(reader.response.statusCode()).isEqualTo(200);
            assertThat(reader.response.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
            assertThat(reader.response.headers().firstValue("Cache-Control")).hasValue("no-store");
            assertThat(reader.response.headers().firstValue("X-Accel-Buffering"))
                    .hasValue("no");
            Event first = reader.next();
            assertThat(first.id())
                    .isEqualTo(first.data().path("cursor").asString())
                    .isNotEmpty();
            assertThat(first.data().path("type").asString()).isEqualTo("start");
            live.append(TOPIC, 0, 200);
            Event second = reader.next();
            assertThat(second.id())
                    .isEqualTo(second.data().path("cursor").asString())
                    .isNotEmpty();
            assertThat(second.data().path("seq").asLong()).isZero();
        }
    }

    @Test
    void lastEventIdWinsOverAfter() throws IOException, InterruptedException {
        List<String> cursors = new ArrayList<>();
        try (Reader reader = read(STREAM)) {
            reader.next();
            for (int i = 0; i < 3; i++) {
                live.append(TOPIC, i, 200);
                cursors.add(reader.next().id());
            }
        }
        try (Reader reader = read(STREAM + "?after=" + cursors.get(0))) {
            assertThat(reader.nextType()).isEqualTo("start");
            assertThat(reader.next().data().path("seq").asLong()).isEqualTo(1);
            assertThat(reader.next().data().path("seq").asLong()).isEqualTo(2);
        }
        try (Reader reader = read(STREAM + "?after=" + cursors.get(0), "Last-Event-ID", cursors.get(1))) {
            assertThat(reader.nextType()).isEqualTo("start");
            assertThat(reader.next().data().path("seq").asLong()).isEqualTo(2);
        }
        try (Reader reader = read(STREAM + "?lastEventId=" + cursors.get(1) + "&after=" + cursors.get(0))) {
            assertThat(reader.nextType()).isEqualTo("start");
            assertThat(reader.next().data().path("seq").asLong()).isEqualTo(2);
        }
        for (String none : List.of("?after=", "?lastEventId=", "?after=&lastEventId=")) {
            try (Reader reader = read(STREAM + none, "Last-Event-ID", "")) {
                assertThat(reader.nextType()).isEqualTo("start");
                live.append(TOPIC, 9, 200);
                assertThat(reader.next().data().path("seq").asLong()).isEqualTo(9);
            }
        }
        try (Reader reader = read(STREAM, "Last-Event-ID", "garbage & more")) {
            assertThat(reader.nextType()).isEqualTo("start");
            assertThat(reader.nextType()).isEqualTo("reset");
        }
    }

    @Test
    void theTokenMayStandInTheAddress() throws IOException, InterruptedException {
        HttpRequest request = client.request(
                        "GET", STREAM + "?access_token=" + TestTokens.of("ann"), BodyPublishers.noBody(), null)
                .build();
        HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        response.body().close();
    }

    @Test
    void whatIsWrongBeforeTheHeadIsAProblem() {
        String token = TestTokens.of("ann");
        client.call("GET", STREAM, null, null).isProblem(401, "unauthenticated");
        assertThat(client.call("GET", STREAM + "?colour=red", null, token)
                        .isProblem(400, "validation_failed")
                        .field())
                .isEqualTo("colour");
        client.call("GET", STREAM + "?after=a&after=b", null, token).isProblem(400, "validation_failed");
        client.call("GET", "/api/conversations/x/stream", null, token).isProblem(404, "not_found");
        client.call("POST", STREAM, "{}", token).isProblem(405, "not_found");
        live.refuse(caller -> new ConversationNotFound());
        client.call("GET", STREAM, null, token).isProblem(404, "not_found");
        live.refuse(caller -> new NotAMember());
        client.call("GET", STREAM, null, token).isProblem(403, "forbidden");
    }

    @Test
    void whoIsRemovedIsToldSoLast() throws IOException, InterruptedException {
        try (Reader reader = read(STREAM)) {
            reader.next();
            live.refuse(caller -> new NotAMember());
            live.append(TOPIC, new Frame.Member(ID, "ann", null, true));
            assertThat(reader.nextType()).isEqualTo("member");
            JsonNode last = reader.next().data();
            assertThat(last.path("type").asString()).isEqualTo("error");
            assertThat(last.path("code").asString()).isEqualTo("forbidden");
            assertThat(last.path("detail").asString()).isNotBlank();
            assertThat(reader.next().data().isMissingNode()).as("the end").isTrue();
        }
    }

    @Test
    void anExpiredTokenEndsTheStream() throws IOException, InterruptedException {
        String token = TestTokens.signed(
                TestTokens.claims("ann")
                        .expirationTime(Date.from(Instant.now().plusSeconds(2)))
                        .build(),
                TestTokens.SECRET,
                JWSAlgorithm.HS256);
        long start = System.nanoTime();
        try (Reader reader = new Reader(STREAM, token)) {
            assertThat(reader.nextType()).isEqualTo("start");
            JsonNode last = reader.next().data();
            assertThat(last.path("type").asString()).isEqualTo("error");
            assertThat(last.path("code").asString()).isEqualTo("unauthenticated");
            assertThat(reader.next().data().isMissingNode()).isTrue();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(7));
    }

    @Test
    void aClientThatGoesAwayFreesEverything() throws IOException, InterruptedException {
        try (Reader reader = read(STREAM)) {
            reader.next();
            assertThat(watches.topics()).isEqualTo(1);
        }
        await().atMost(PATIENCE).until(() -> watches.topics() == 0 && streams.size() == 0);
    }

    @Test
    void whoStopsReadingIsEndedAndToldSo() throws IOException {
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(16 * 1024);
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.connect(new java.net.InetSocketAddress("127.0.0.1", port));
            socket.getOutputStream()
                    .write(("GET " + STREAM + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
                                    + TestTokens.of("ann") + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            await().atMost(PATIENCE).until(() -> watches.topics() == 1);
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), 1);
            for (String line = lines.readLine(); !line.contains("start"); line = lines.readLine()) {
                assertThat(line).isNotNull();
            }
            int told = 0;
            while (watches.topics() == 1 && told < 50_000) {
                live.append(TOPIC, told++, 2_000);
            }
            assertThat(watches.topics()).as("ended after %s frames", told).isZero();
            String last = "";
            int frames = 0;
            for (String line = lines.readLine();
                    line != null && !last.contains("slow_consumer");
                    line = lines.readLine()) {
                if (line.startsWith("data: ")) {
                    last = line;
                    frames++;
                }
            }
            assertThat(last)
                    .contains("\"type\":\"error\"", "\"code\":\"rate_limited\"", "\"detail\":\"slow_consumer\"");
            assertThat(told - frames).as("frames that waited at the end").isBetween(1_000, 1_200);
        }
    }
}
