package io.ovation.rsocket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.Sides;
import io.ovation.edge.TestTokens;
import io.ovation.http.RawHttp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** From the upgrade to SETUP, and what a peer that does not read can make the server hold. */
@EdgeTest
@Timeout(60)
@TestPropertySource(properties = "ovation.limits.connects-per-second=10000")
class HandshakeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LIFETIME = 60_000;
    private static final int REJECTED_SETUP = 0x003;
    private static final int REJECTED_RESUME = 0x004;
    private static final String WHO = "Authorization: Bearer " + TestTokens.of("ann");
    private static final String GET = "GET /rsocket HTTP/1.1\r\nHost: x\r\n" + WHO + "\r\n";
    private static final String UPGRADE = "Upgrade: websocket\r\n";
    private static final String CONNECTION = "Connection: keep-alive, Upgrade\r\n";
    private static final String VERSION = "Sec-WebSocket-Version: 13\r\n";
    private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    @Autowired
    private Sides.Script sides;

    @Autowired
    private Sessions sessions;

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
    void nothingIsLeft() {
        await().atMost(PATIENCE).until(() -> sessions.size() == 0);
        root().detachAppender(logged);
        assertThat(logged.list)
                .as("a client's fault is no news")
                .noneMatch(line -> line.getThrowableProxy() != null || line.getLoggerName().startsWith("reactor."));
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private String upgrade(String... headers) throws IOException {
        try (RawHttp client = new RawHttp(port)) {
            client.write(GET + String.join("", headers) + "\r\n");
            return client.answer();
        }
    }

    @Test
    void theSubprotocolRsocketIsAgreedToWhereItIsOffered() throws IOException {
        assertThat(upgrade(UPGRADE, CONNECTION, VERSION, KEY, "Sec-WebSocket-Protocol: chat, rsocket\r\n"))
                .startsWith("HTTP/1.1 101 ")
                .containsIgnoringCase("sec-websocket-protocol: rsocket\r\n");
        assertThat(upgrade(UPGRADE, CONNECTION, VERSION, KEY))
                .startsWith("HTTP/1.1 101 ")
                .doesNotContainIgnoringCase("sec-websocket-protocol");
        try (RawWebSocket client = new RawWebSocket(port, "/rsocket", WHO, "Sec-WebSocket-Protocol: rsocket")) {
            client.send(RawWebSocket.setup(LIFETIME));
            client.send(RawWebSocket.requestResponse(1, "conversations.list", "{}"));
            assertThat(client.read()).isNotNull();
        }
    }

    @Test
    void anUpgradeThatIsNoneIsRefusedAsAProblem() throws IOException {
        assertThat(upgrade(UPGRADE, VERSION, KEY)).startsWith("HTTP/1.1 400 ").contains("validation_failed");
        assertThat(upgrade(UPGRADE, CONNECTION, VERSION)).startsWith("HTTP/1.1 400 ").contains("validation_failed");
        assertThat(upgrade(UPGRADE, CONNECTION, VERSION, "Sec-WebSocket-Key: short\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("validation_failed");
        for (String version : List.of("", "Sec-WebSocket-Version: 8\r\n", "Sec-WebSocket-Version: x\r\n")) {
            assertThat(upgrade(UPGRADE, CONNECTION, version, KEY))
                    .startsWith("HTTP/1.1 426 ")
                    .containsIgnoringCase("sec-websocket-version: 13\r\n")
                    .contains(
                            "application/problem+json",
                            "\"status\":426",
                            "\"errors\":[{\"field\":\"Sec-WebSocket-Version\"");
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 0, 1", "0, 0, 64, 1", "0, 1, 128, 1"})
    void aSetupThatIsNotServedIsRejectedWithAProblem(int ignored, int minor, int flags, int major) throws IOException {
        byte[] setup = RawWebSocket.setup(LIFETIME);
        ByteBuffer.wrap(setup).putShort(4, (short) (FrameRules.SETUP << 10 | flags)).putShort(8, (short) minor);
        refused(setup, REJECTED_SETUP);
    }

    @Test
    void aResumeIsRejectedWithAProblem() throws IOException {
        refused(RawWebSocket.frame(0, FrameRules.RESUME, 0, new byte[40]), REJECTED_RESUME);
    }

    @Test
    void whatIsNoSetupIsRejectedWithAProblem() throws IOException {
        refused(RawWebSocket.requestResponse(1, "conversations.list", "{}"), REJECTED_SETUP);
        refused(RawWebSocket.frame(0, FrameRules.SETUP, 0, new byte[3]), REJECTED_SETUP);
    }

    @Test
    void aSetupAboveItsSizeIsRejectedBeforeItIsWhole() throws IOException {
        try (RawWebSocket client = new RawWebSocket(port, "/rsocket", WHO)) {
            // a WebSocket message of 60,000 bytes, of which a third comes
            client.write(
                    ByteBuffer.allocate(8 + 20_000).put((byte) 0x82).put((byte) (0x80 | 126)).putShort((short) 60_000)
                            .array());
            byte[] frame = client.read();
            assertThat(frame).isNotNull();
            assertThat(ByteBuffer.wrap(frame).getInt(FrameRules.HEADER)).isEqualTo(REJECTED_SETUP);
        }
    }

    private void refused(byte[] frame, int code) throws IOException {
        try (RawWebSocket client = new RawWebSocket(port, "/rsocket", WHO)) {
            client.send(frame);
            List<byte[]> last = client.readAll();
            assertThat(last).hasSize(1);
            assertThat(RawWebSocket.type(last.getFirst())).isEqualTo(FrameRules.ERROR);
            assertThat(ByteBuffer.wrap(last.getFirst()).getInt(FrameRules.HEADER)).isEqualTo(code);
            assertThat(RawWebSocket.error(last.getFirst()))
                    .contains("\"code\":\"validation_failed\"", "\"status\":400", "\"title\":");
        }
    }

    @Test
    void aPieceThatIsTooShortIsAProblemOfItsRequest() throws IOException {
        try (RawWebSocket client = new RawWebSocket(port, "/rsocket", WHO)) {
            client.send(RawWebSocket.setup(LIFETIME));
            client.send(RawWebSocket.frame(1, FrameRules.REQUEST_RESPONSE, FrameRules.FLAG_FOLLOWS, new byte[100]));
            client.send(RawWebSocket.frame(
                    1, FrameRules.PAYLOAD, FrameRules.FLAG_FOLLOWS | FrameRules.FLAG_NEXT, new byte[10]));
            byte[] answer = client.read();
            assertThat(answer).isNotNull();
            assertThat(RawWebSocket.type(answer)).isEqualTo(FrameRules.ERROR);
            assertThat(RawWebSocket.error(answer)).contains("\"code\":\"validation_failed\"");
            client.send(RawWebSocket.requestResponse(3, "conversations.list", "{}"));
            assertThat(client.read()).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoHangsUpAtOnceLeavesNoTrace(boolean reset) throws IOException {
        for (int i = 0; i < 20; i++) {
            RawWebSocket client = new RawWebSocket(port, "/rsocket");
            client.send(RawWebSocket.setup(LIFETIME));
            if (reset) {
                client.reset();
            } else {
                client.close();
            }
        }
    }

    @Test
    void keepalivesWhoseAnswersNobodyReadsAreNoLongerRead() throws Exception {
        int frames = 60_000;
        AtomicInteger sent = new AtomicInteger();
        try (RawWebSocket client = new RawWebSocket(port, "/rsocket", WHO)) {
            client.send(RawWebSocket.setup(LIFETIME));
            client.send(RawWebSocket.requestResponse(1, "conversations.list", "{}"));
            assertThat(client.read()).isNotNull();
            Session session = sessions.all().iterator().next();
            byte[] frame = RawWebSocket.frame(0, FrameRules.KEEPALIVE, FrameRules.FLAG_FOLLOWS, new byte[400]);
            Thread writer = Thread.startVirtualThread(() -> {
                try {
                    while (sent.get() < frames) {
                        client.send(frame);
                        sent.incrementAndGet();
                    }
                } catch (IOException closed) {
                    assertThat(closed).isNotNull();
                }
            });
            await().atMost(PATIENCE).until(() -> !session.connection().isReading());
            // one read of the socket may have held some more
            assertThat(session.connection().held()).isLessThan(4 * WebSocketConnection.GATE_SHUT);
            assertThat(sent.get()).as("of %s that would be 24 MB", frames).isLessThan(frames);

            // and reads on with who reads
            byte[] last = RawWebSocket.requestResponse(3, "conversations.list", "{}");
            Thread.startVirtualThread(() -> {
                try {
                    writer.join();
                    client.send(last);
                } catch (IOException | InterruptedException closed) {
                    throw new AssertionError(closed);
                }
            });
            byte[] answer = client.read();
            while (answer != null && RawWebSocket.type(answer) == FrameRules.KEEPALIVE) {
                answer = client.read();
            }
            assertThat(answer).isNotNull();
            assertThat(new String(answer, StandardCharsets.UTF_8)).contains("conversations");
        }
    }
}
