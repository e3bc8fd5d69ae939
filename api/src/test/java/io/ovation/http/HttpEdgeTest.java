package io.ovation.http;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ovation.Unavailable;
import io.ovation.conversation.ConversationRejection.LastOwner;
import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.Sides;
import io.ovation.edge.TestTokens;
import org.axonframework.commandhandling.CommandExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@EdgeTest
class HttpEdgeTest {
    private static final String OPEN = "/api/conversations";
    private static final String GOOD = "{\"kind\":\"group\"}";
    private static final String TOKEN = TestTokens.of("ann");

    @Autowired
    private Sides.Script sides;

    private EdgeClient client;
    private int port;

    @BeforeEach
    void connect(@LocalServerPort int localPort) {
        sides.reset();
        port = localPort;
        client = new EdgeClient(localPort);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/nothing",
        "POST, /api/nothing",
        "GET, /api",
        "GET, /api/",
        "GET, /api/conversations/",
        "GET, /api/conversations/0/nothing",
        "GET, /nothing.html",
        "GET, /js/",
        "POST, /nothing",
        "GET, /api/dev/tokens/more"
    })
    void anUnknownPathIsNotFound(String method, String path) {
        client.call(method, path, null, TOKEN).isProblem(404, "not_found");
        assertThat(sides.asked()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /api/conversations, 'GET, HEAD, POST'",
        "DELETE, /api/conversations, 'GET, HEAD, POST'",
        "OPTIONS, /api/conversations, 'GET, HEAD, POST'",
        "BREW, /api/conversations, 'GET, HEAD, POST'",
        "POST, /api/conversations/0/messages/0, 'DELETE, PATCH'",
        "POST, /api/conversations/0/stream, 'GET, HEAD'",
    })
    void aMethodThatAPathLacksIsNotFoundToo(String method, String path, String allowed) {
        EdgeClient.Reply reply = client.call(method, path, null, TOKEN);

        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.header("Allow")).isEqualTo(allowed);
        reply.isProblem(405, "not_found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/xml",
                "application/json;charset=iso-8859-1",
                "nonsense",
                "*/*",
                "application/jsonp"
            })
    void aBodyThatIsNotJsonIsAnUnsupportedMediaType(String type) {
        client.exchange(client.request("POST", OPEN, BodyPublishers.ofString(GOOD), TOKEN)
                        .header("Content-Type", type))
                .isProblem(415, "unsupported_media_type");
        client.exchange(client.request("POST", OPEN, BodyPublishers.ofString(GOOD), TOKEN))
                .isProblem(415, "unsupported_media_type");
        assertThat(sides.asked()).isEmpty();
    }

    @Test
    void aCompressedBodyIsAnUnsupportedMediaType() {
        client.exchange(client.request("POST", OPEN, BodyPublishers.ofString(GOOD), TOKEN)
                        .header("Content-Type", "application/json")
                        .header("Content-Encoding", "gzip"))
                .isProblem(415, "unsupported_media_type");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"application/json", "application/json;charset=utf-8", "APPLICATION/JSON; charset=\"UTF-8\""})
    void jsonIsTakenHoweverItIsSpelled(String type) {
        assertThat(client.exchange(client.request("POST", OPEN, BodyPublishers.ofString(GOOD), TOKEN)
                                .header("Content-Type", type))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aRequestOverItsLimitIsTooLarge() {
        String large = "{\"kind\":\"group\",\"title\":\"" + "x".repeat(64 * 1024) + "\"}";

        client.call("POST", OPEN, large, TOKEN).isProblem(413, "payload_too_large");
        assertThat(sides.asked()).isEmpty();
    }

    @Test
    void aRequestThatDoesNotSayItsSizeIsTooLargeWhenItIs() {
        byte[] chunk = new byte[50_000];
        var chunked = BodyPublishers.fromPublisher(
                BodyPublishers.concat(BodyPublishers.ofByteArray(chunk), BodyPublishers.ofByteArray(chunk)));

        client.exchange(client.request("POST", OPEN, chunked, TOKEN).header("Content-Type", "application/json"))
                .isProblem(413, "payload_too_large");
    }

    @Test
    void aRequestAtItsLimitIsRead() {
        String body = GOOD + " ".repeat(64 * 1024 - GOOD.length());

        assertThat(client.call("POST", OPEN, body, TOKEN).status()).isEqualTo(201);
    }

    @Test
    void aMissingBodyIsRefused() {
        client.call("POST", OPEN, null, TOKEN).isProblem(400, "validation_failed");
        assertThat(client.call("POST", OPEN, "", TOKEN)
                        .isProblem(400, "validation_failed")
                        .field())
                .as("no body has no fields")
                .isEqualTo("kind");
        client.call("PATCH", "/api/conversations/0/messages/0", null, TOKEN).isProblem(400, "validation_failed");
    }

    @Test
    void aParameterBesideABodyIsUnknown() {
        assertThat(client.call("POST", OPEN + "?dry=true", GOOD, TOKEN)
                        .isProblem(400, "validation_failed")
                        .field())
                .isEqualTo("dry");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?limit=x",
                "?limit=0",
                "?limit=-1",
                "?limit=1.5",
                "?limit=",
                "?nothing=1",
                "?limit=1&limit=2",
                "?before=x",
                "?before=%ff",
                "?%ff=1",
                "?access_token=x"
            })
    void aWrongQueryIsRefused(String query) {
        client.call("GET", OPEN + query, null, TOKEN).isProblem(400, "validation_failed");
        assertThat(sides.asked()).isEmpty();
    }

    @Test
    void illFormedTextInAPathIsRefused() {
        client.call("DELETE", OPEN + "/00000000-0000-7000-8000-000000000000/members/%ff", null, TOKEN)
                .isProblem(400, "validation_failed");
        client.call("DELETE", OPEN + "/00000000-0000-7000-8000-000000000000/members/a;b=c", null, TOKEN)
                .isProblem(400, "validation_failed");
        assertThat(sides.asked()).isEmpty();
    }

    @Test
    void anAddressThatIsNoneIsRefused() throws IOException {
        assertThat(raw("GET /api/%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("validation_failed");
        assertThat(raw("GET /api/<> HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("validation_failed");
    }

    @Test
    void whatIsNotHttpIsRefused() throws IOException {
        assertThat(raw("NONSENSE\r\n\r\n")).startsWith("HTTP/1.1 400 ").contains("validation_failed");
        assertThat(raw("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("validation_failed");
        assertThat(raw("GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("validation_failed");
        assertThat(raw("GET /" + "x".repeat(17_000) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ")
                .contains("payload_too_large");
        assertThat(raw("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(17_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ")
                .contains("payload_too_large");
    }

    @Test
    void aRejectionIsToldAsItIs() {
        sides.fail(new LastOwner());

        assertThat(client.call("POST", OPEN, GOOD, TOKEN)
                        .isProblem(409, "conflict")
                        .json()
                        .path("detail")
                        .asString())
                .isEqualTo("The last owner stays while others do");
    }

    @Test
    void aRejectionIsFoundInWhateverItIsWrapped() {
        sides.fail(new CommandExecutionException("a.b.C failed", new CompletionException(new LastOwner())));

        client.call("POST", OPEN, GOOD, TOKEN).isProblem(409, "conflict");
    }

    @Test
    void whatMayBeRecordedAllTheSameSaysSo() {
        sides.fail(Unavailable.withUnknownOutcome("The event store did not answer in time", 1));

        EdgeClient.Reply reply = client.call("POST", OPEN, GOOD, TOKEN).isProblem(503, "unavailable");
        assertThat(reply.header("Retry-After")).isEqualTo("1");
        assertThat(reply.json().path("outcome").asString()).isEqualTo("unknown");
    }

    @Test
    void whatIsUnavailableSaysWhenToTryAgain() {
        sides.fail(new Unavailable("Too much is under way", 7));

        EdgeClient.Reply reply = client.call("POST", OPEN, GOOD, TOKEN).isProblem(503, "unavailable");
        assertThat(reply.header("Retry-After")).isEqualTo("7");
        assertThat(reply.json().path("retryAfter").asInt()).isEqualTo(7);
    }

    @Test
    void anUnexpectedFailureTellsNothingButItsReference() {
        sides.fail(new java.sql.SQLException("SELECT secret FROM table at db.internal:5432"));

        EdgeClient.Reply reply = client.exchange(client.request("POST", OPEN, BodyPublishers.ofString(GOOD), TOKEN)
                        .header("Content-Type", "application/json")
                        .header("X-Correlation-Id", "order-7"))
                .isProblem(503, "unavailable");
        assertThat(reply.response().body()).doesNotContain("SELECT", "internal").contains("order-7");
        assertThat(reply.header("Retry-After")).isNotEmpty();
    }

    @Test
    void aTimeoutIsUnavailable() {
        sides.fail(new TimeoutException("after 30 s in a.b.C"));

        client.call("GET", OPEN, null, TOKEN).isProblem(503, "unavailable");
    }

    @Test
    void theCorrelationIdOfTheClientGoesAllTheWay() {
        EdgeClient.Reply reply = client.exchange(client.request("POST", OPEN, BodyPublishers.ofString(GOOD), TOKEN)
                .header("Content-Type", "application/json")
                .header("X-Correlation-Id", "order-7"));

        assertThat(reply.header("X-Correlation-Id")).isEqualTo("order-7");
        assertThat(sides.messages().getFirst().getMetaData()).containsEntry("traceId", "order-7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "<script>", "é", "a\"b", "${x}"})
    void aCorrelationIdThatIsNotSafeInALogIsReplaced(String id) {
        EdgeClient.Reply reply = client.exchange(
                client.request("GET", OPEN, BodyPublishers.noBody(), TOKEN).header("X-Correlation-Id", id));

        assertThat(reply.header("X-Correlation-Id")).isNotEqualTo(id).matches("[0-9a-f-]{36}");
        assertThat(client.exchange(client.request("GET", OPEN, BodyPublishers.noBody(), TOKEN)
                                .header("X-Correlation-Id", "x".repeat(65)))
                        .header("X-Correlation-Id"))
                .hasSize(36);
    }

    @Test
    void theBodyOfAnAnswerIsUtf8Json() {
        EdgeClient.Reply reply = client.call("GET", OPEN, null, TOKEN);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        assertThat(reply.response().body()).isEqualTo("{\"conversations\":[]}");
    }

    @Test
    void aClientThatLeavesInTheMiddleOfItsRequestIsNoFault() throws IOException {
        Logger handler = (Logger) LoggerFactory.getLogger(ProblemHandler.class);
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.list = new CopyOnWriteArrayList<>();
        said.start();
        root.addAppender(said);
        handler.setLevel(Level.DEBUG);
        try {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.getOutputStream()
                        .write(("POST " + OPEN + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nAuthorization: Bearer "
                                        + TOKEN
                                        + "\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"kind\"")
                                .getBytes(US_ASCII));
            }
            await().until(() -> said.list.stream()
                    .anyMatch(event -> event.getFormattedMessage().startsWith("A client left")));
            assertThat(said.list).as("what is said of it").noneMatch(event -> event.getThrowableProxy() != null);
        } finally {
            handler.setLevel(null);
            root.detachAppender(said);
        }
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readNBytes(400), UTF_8);
        }
    }
}
