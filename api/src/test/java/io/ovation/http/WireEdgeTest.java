package io.ovation.http;

import java.io.IOException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.Sides;
import io.ovation.edge.TestTokens;
import io.ovation.live.LiveSide;
import org.axonframework.queryhandling.QueryBus;
import org.axonframework.queryhandling.QueryUpdateEmitter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/** HTTP as it stands on the wire: what is none, what is an older one, and what an answer looks like there. */
@EdgeTest
@Timeout(60)
class WireEdgeTest {
    private static final String TOKEN = TestTokens.of("ann");
    private static final String WHO = "Authorization: Bearer " + TOKEN + "\r\n";
    private static final String ROOM = "/api/conversations/01990000-0000-7000-8000-00000000000c";

    @Autowired
    private Sides.Script sides;

    @Autowired
    private QueryBus bus;

    @Autowired
    private QueryUpdateEmitter emitter;

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private int port;

    @BeforeEach
    void start(@LocalServerPort int serverPort) {
        sides.reset();
        port = serverPort;
        logged.start();
        root().addAppender(logged);
    }

    @AfterEach
    void stop() {
        root().detachAppender(logged);
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private String send(String... lines) throws IOException {
        try (RawHttp client = new RawHttp(port)) {
            client.write(String.join("\r\n", lines));
            return client.answer();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/3.7\r\nHost: x\r\n\r\n",
                "GET / HTTP/1.2\r\nHost: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "POST /api/conversations HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "POST /api/conversations HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n",
                "POST /api/conversations HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /api/conversations HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                        + "Content-Length: 5\r\n\r\n0\r\n\r\n",
                "POST /api/conversations HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
            })
    void whatIsNoHttpIsRefusedInFewWords(String request) throws IOException {
        assertThat(send(request)).startsWith("HTTP/1.1 400 ").contains("application/problem+json", "validation_failed");
        assertThat(logged.list).hasSizeLessThan(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense\r\n", "-1\r\n", "3\r\n{\"kind\"\r\n", "ffffffffff\r\n"})
    void aBadChunkIsRefusedInFewWords(String chunk) throws IOException {
        assertThat(send(
                        "POST /api/conversations HTTP/1.1",
                        "Host: x",
                        "Content-Type: application/json",
                        WHO + "Transfer-Encoding: chunked",
                        "",
                        chunk))
                .startsWith("HTTP/1.1 400 ")
                .contains("application/problem+json", "validation_failed");
        assertThat(logged.list).filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.INFO)).hasSizeLessThan(2);
        assertThat(logged.list).noneMatch(line -> line.getThrowableProxy() != null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "Content-Length: 0\r\n\r\n", "\r\n"})
    void anEmptyBodyIsOneHoweverItComes(String body) throws IOException {
        assertThat(send("DELETE " + ROOM + "/members/ann HTTP/1.1\r\nHost: x\r\n" + WHO + body))
                .startsWith("HTTP/1.1 204 ");
    }

    @Test
    void aBodyInChunksThatIsNotJsonIsAnUnsupportedMediaType() throws IOException {
        assertThat(send("DELETE " + ROOM + "/members/ann HTTP/1.1\r\nHost: x\r\n" + WHO
                        + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 415 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/conversations", "/api/nothing", "/actuator/health/liveness", "/nothing"})
    void headAnswersAsGetWithoutItsBody(String path) throws IOException {
        String get = send("GET " + path + " HTTP/1.1\r\nHost: x\r\n" + WHO + "\r\n");
        try (RawHttp client = new RawHttp(port)) {
            client.write("HEAD " + path + " HTTP/1.1\r\nHost: x\r\n" + WHO + "\r\n");
            String head = client.head();
            assertThat(status(head)).isEqualTo(status(get));
            assertThat(field(head, "content-type")).isEqualTo(field(get, "content-type"));
            // no body is in the way of the next answer
            client.write("GET /api/nothing HTTP/1.1\r\nHost: x\r\n" + WHO + "\r\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 404 ");
        }
    }

    private static String status(String answer) {
        return answer.split(" ", 3)[1];
    }

    private static String field(String answer, String name) {
        return answer.lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith(name + ":"))
                .findFirst()
                .orElse("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Connection: keep-alive\r\n"})
    void aClientOfHttp10GetsNoChunks(String connection) throws IOException {
        try (LiveSide live = new LiveSide(bus, emitter);
                RawHttp client = new RawHttp(port)) {
            client.write("GET " + ROOM + "/stream HTTP/1.0\r\n" + connection + WHO + "\r\n");
            String head = client.head();
            assertThat(head).startsWith("HTTP/1.1 200 ")
                    .containsIgnoringCase("connection: close").doesNotContainIgnoringCase("transfer-encoding");
            assertThat(client.line()).doesNotMatch("[0-9a-f]+");
        }
    }
}
