package io.ovation.rsocket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.channel.EventLoop;
import io.netty.util.ResourceLeakDetector;
import io.ovation.conversation.ConversationQuery.ConversationPage;
import io.ovation.conversation.ConversationQuery.ConversationView;
import io.ovation.conversation.Kind;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.Sides;
import io.ovation.edge.TestTokens;
import io.ovation.live.LiveSide;
import io.ovation.live.Topic;
import io.ovation.live.Watches;
import org.axonframework.queryhandling.QueryBus;
import org.axonframework.queryhandling.QueryUpdateEmitter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Clients that break the rules, or do not read: they harm themselves alone, and leave nothing behind. */
@EdgeTest
@Timeout(60)
@TestPropertySource(properties = "ovation.limits.connects-per-second=10000")
class RSocketAbuseTest {
    private static final String ID = "01990000-0000-7000-8000-00000000000c";
    private static final Topic TOPIC = Topic.conversation(ID);
    private static final String WATCH = "conversations." + ID + ".watch";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LIFETIME = 60_000;
    private static final int ERROR_CODE_REJECTED_SETUP = 0x003;
    private static final int ERROR_CODE_APPLICATION = 0x201;
    private static final int ERROR_CODE_CONNECTION = 0x101;

    @Autowired
    private Sides.Script sides;

    @Autowired
    private Watches watches;

    @Autowired
    private Sessions sessions;

    private final LiveSide live;
    private final ListAppender<ILoggingEvent> leaks = new ListAppender<>();
    private final ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
    private int port;

    RSocketAbuseTest(@Autowired QueryBus bus, @Autowired QueryUpdateEmitter emitter) {
        live = new LiveSide(bus, emitter);
    }

    @BeforeEach
    void start(@LocalServerPort int serverPort) {
        sides.reset();
        port = serverPort;
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        leaks.start();
        leakLog().addAppender(leaks);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        try {
            await().atMost(PATIENCE).until(() -> watches.topics() == 0 && sessions.size() == 0);
        } finally {
            live.close();
        }
        // what leaked is reported when a buffer is made after its collection
        System.gc();
        try (RawWebSocket last = connect()) {
            assertThat(last.isOpen()).isTrue();
            answers(last, 1);
        }
        assertThat(leaks.list).as("buffers that nobody released").isEmpty();
        leakLog().detachAppender(leaks);
        ResourceLeakDetector.setLevel(before);
    }

    private static Logger leakLog() {
        return (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
    }

    private RawWebSocket connect() throws IOException {
        RawWebSocket client = new RawWebSocket(port, "/rsocket", "Authorization: Bearer " + TestTokens.of("ann"));
        client.send(RawWebSocket.setup(LIFETIME));
        return client;
    }

    private static void answers(RawWebSocket client, int stream) throws IOException {
        client.send(RawWebSocket.requestResponse(stream, "conversations.list", "{}"));
        byte[] answer = client.read();
        assertThat(answer).isNotNull();
        assertThat(RawWebSocket.type(answer)).isEqualTo(FrameRules.PAYLOAD);
        assertThat(ByteBuffer.wrap(answer).getInt()).isEqualTo(stream);
    }

    private static int errorCode(byte[] frame) {
        assertThat(RawWebSocket.type(frame)).isEqualTo(FrameRules.ERROR);
        return ByteBuffer.wrap(frame).getInt(FrameRules.HEADER);
    }

    @Test
    void whoStopsReadingCostsLittleIsEndedAndSlowsNobody() throws IOException {
        try (RawWebSocket slow = connect();
                RawWebSocket other = connect()) {
            slow.send(RawWebSocket.requestStream(1, WATCH, Integer.MAX_VALUE, "{}"));
            assertThat(slow.read()).as("start").isNotNull();
            WebSocketConnection connection = theOneThatWatches();
            long most = 0;
            int told = 0;
            // more than the buffers of the two sockets hold, and then more than may wait
            while (watches.topics() == 1 && told < 50_000) {
                live.append(TOPIC, told++, 2_000);
                // whoever looks after this watcher has done so before the next is told: what waits at the end is then
                // exact
                turnOf(connection);
                most = Math.max(most, connection.pending());
            }
            assertThat(watches.topics()).as("ended after %s frames", told).isZero();
            assertThat(most).isLessThan(WebSocketConnection.GATE_SHUT + 3_000);
            answers(other, 1);

            long frames = 0;
            byte[] frame = slow.read();
            while (frame != null && RawWebSocket.type(frame) == FrameRules.PAYLOAD) {
                frames++;
                frame = slow.read();
            }
            assertThat(frame).isNotNull();
            assertThat(errorCode(frame)).isEqualTo(ERROR_CODE_APPLICATION);
            assertThat(RawWebSocket.error(frame)).contains("\"code\":\"rate_limited\"", "\"detail\":\"slow_consumer\"");
            assertThat(told - frames).as("frames that waited at the end").isBetween(1_024L, 1_100L);
            answers(slow, 3);
        }
    }

    private static void turnOf(WebSocketConnection connection) {
        EventLoop loop = Objects.requireNonNull((EventLoop) ReflectionTestUtils.getField(connection, "loop"));
        loop.submit(() -> {}).syncUninterruptibly();
    }

    private WebSocketConnection theOneThatWatches() {
        return await().atMost(PATIENCE)
                .until(() -> sessions.watching().toList(), watching -> watching.size() == 1)
                .getFirst()
                .connection();
    }

    @Test
    void anAnswerMayBeLargerThanARequest() throws IOException {
        sides.answer(new ConversationPage(
                List.of(new ConversationView(ID, Kind.group, "x".repeat(10_000_000), List.of(), 1, null, 0, 0)),
                null));
        try (RawWebSocket client = connect()) {
            client.send(RawWebSocket.requestResponse(1, "conversations.list", "{}"));
            byte[] answer = client.read();
            assertThat(answer).isNotNull().hasSizeGreaterThan(10_000_000);
            assertThat(RawWebSocket.type(answer)).isEqualTo(FrameRules.PAYLOAD);
        } finally {
            sides.reset();
        }
    }

    @Test
    void whoReadsNothingAndAsksOnIsCut() throws IOException {
        sides.answer(new ConversationPage(
                List.of(new ConversationView(ID, Kind.group, "x".repeat(100_000), List.of(), 1, null, 0, 0)),
                null));
        try (RawWebSocket client = connect()) {
            assertThat(isCut(() -> {
                        for (int i = 0; i < 400; i++) {
                            client.send(RawWebSocket.requestResponse(2 * i + 1, "conversations.list", "{}"));
                        }
                    }))
                    .isTrue();
        }
        sides.reset();
    }

    private interface Sending {
        void send() throws IOException;
    }

    /** Whether the server ends the one connection there is, which may come while this still sends. */
    private boolean isCut(Sending sending) {
        try {
            sending.send();
        } catch (IOException reset) {
            return sessions.size() == 0;
        }
        await().atMost(PATIENCE).until(() -> sessions.size() == 0);
        return true;
    }

    @Test
    void whoPingsAndDoesNotReadCostsLittle() throws IOException {
        try (RawWebSocket client = connect()) {
            byte[] ping = new byte[125];
            for (int i = 0; i < 50_000; i++) {
                client.send(0x89, ping);
            }
            answers(client, 1);
        }
    }

    @Test
    void aSilentPeerIsCutAfterTheLifetimeItSetUp() throws IOException {
        try (RawWebSocket client =
                new RawWebSocket(port, "/rsocket", "Authorization: Bearer " + TestTokens.of("ann"))) {
            client.send(RawWebSocket.setup(1_500));
            answers(client, 1);
            long start = System.nanoTime();
            List<byte[]> last = client.readAll();
            assertThat(last).hasSize(1);
            assertThat(errorCode(last.getFirst())).isEqualTo(ERROR_CODE_CONNECTION);
            assertThat(RawWebSocket.error(last.getFirst())).contains("\"code\":\"validation_failed\"", "lifetime");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(1_000), Duration.ofSeconds(8));
        }
    }

    @Test
    void aKeepaliveIsAnsweredWithItsData() throws IOException {
        try (RawWebSocket client = connect()) {
            client.send(RawWebSocket.frame(
                    0,
                    FrameRules.KEEPALIVE,
                    FrameRules.FLAG_FOLLOWS,
                    new byte[8],
                    "ping".getBytes(StandardCharsets.UTF_8)));
            byte[] answer = client.read();
            assertThat(answer)
                    .isEqualTo(RawWebSocket.frame(
                            0, FrameRules.KEEPALIVE, 0, new byte[8], "ping".getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void whoNeverSetsUpIsCut() throws IOException {
        try (RawWebSocket client =
                new RawWebSocket(port, "/rsocket", "Authorization: Bearer " + TestTokens.of("ann"))) {
            List<byte[]> last = client.readAll();
            assertThat(last).hasSize(1);
            assertThat(errorCode(last.getFirst())).isEqualTo(ERROR_CODE_REJECTED_SETUP);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "nothing, 0, 0, 0, 0",
        "no header, 0, 0, 0, 3",
        "reserved type, 1, 0, 0, 20",
        "unknown type, 1, 45, 0, 20",
        "SETUP again, 0, 1, 0, 40",
        "LEASE, 0, 2, 0, 14",
        "RESUME, 0, 13, 0, 40",
        "KEEPALIVE cut short, 0, 3, 0, 8",
        "request on stream 0, 0, 4, 0, 20",
        "request on an even stream, 2, 4, 0, 20",
        "request on a negative stream, -1, 4, 0, 20",
        "metadata longer than the frame, 1, 4, 256, 9",
        "stream without a number, 1, 6, 0, 7",
        "stream for no frame, 1, 6, 0, 20",
        "REQUEST_N of nothing, 1, 8, 0, 10",
        "PAYLOAD of nothing, 1, 10, 0, 10",
        "ERROR cut short, 1, 11, 0, 8"
    })
    void aMalformedFrameEndsItsConnectionAlone(String what, int stream, int type, int flags, int length)
            throws IOException {
        byte[] frame = new byte[length];
        if (length >= FrameRules.HEADER) {
            ByteBuffer.wrap(frame).putInt(stream).putShort((short) (type << 10 | flags));
            if ((flags & FrameRules.FLAG_METADATA) != 0) {
                frame[FrameRules.HEADER] = 1;
            }
        }
        try (RawWebSocket bad = connect();
                RawWebSocket good = connect()) {
            answers(bad, 1);
            bad.send(frame);
            List<byte[]> last = bad.readAll();
            assertThat(last).as(what).hasSize(1);
            assertThat(errorCode(last.getFirst())).isEqualTo(ERROR_CODE_CONNECTION);
            assertThat(RawWebSocket.error(last.getFirst())).contains("\"code\":\"validation_failed\"");
            answers(good, 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 2", "0, 2", "2, 2", "0, 12", "1, 14", "1, 45", "0, 63"})
    void whatMayBeIgnoredIs(int stream, int type) throws IOException {
        try (RawWebSocket client = connect()) {
            client.send(RawWebSocket.frame(stream, type, FrameRules.FLAG_IGNORE, new byte[20]));
            answers(client, 1);
        }
    }

    @Test
    void aConnectionStartsWithSetup() throws IOException {
        try (RawWebSocket client =
                new RawWebSocket(port, "/rsocket", "Authorization: Bearer " + TestTokens.of("ann"))) {
            client.send(RawWebSocket.requestResponse(1, "conversations.list", "{}"));
            assertThat(client.readAll()).hasSize(1);
        }
    }

    @Test
    void aTextMessageOrOneThatIsTooLargeEndsTheConnection() throws IOException {
        try (RawWebSocket client = connect()) {
            client.send(0x81, "hello".getBytes(StandardCharsets.UTF_8));
            assertThat(client.readAll()).hasSize(1);
        }
        try (RawWebSocket client = connect()) {
            answers(client, 1);
            assertThat(isCut(() ->
                            client.send(RawWebSocket.requestResponse(3, "conversations.list", "x".repeat(256 * 1024)))))
                    .isTrue();
        }
    }

    @Test
    void aRequestThatIsTooLargeIsAnsweredAndItsConnectionGoesOn() throws IOException {
        try (RawWebSocket client = connect()) {
            client.send(RawWebSocket.requestResponse(1, "conversations.list", "x".repeat(64 * 1024)));
            byte[] answer = client.read();
            assertThat(answer).isNotNull();
            assertThat(errorCode(answer)).isEqualTo(ERROR_CODE_APPLICATION);
            assertThat(RawWebSocket.error(answer)).contains("\"code\":\"payload_too_large\"");
            byte[] unheard = RawWebSocket.requestResponse(3, "conversations.list", "x".repeat(64 * 1024));
            unheard[4] = (byte) (FrameRules.REQUEST_FNF << 2 | unheard[4] & 3);
            client.send(unheard);
            answers(client, 5);
        }
    }

    @Test
    void aMessageInPiecesIsOne() throws IOException {
        try (RawWebSocket client = connect()) {
            byte[] request = RawWebSocket.requestResponse(1, "conversations.list", "{}");
            client.send(0x02, java.util.Arrays.copyOf(request, 10));
            client.send(0x80, java.util.Arrays.copyOfRange(request, 10, request.length));
            byte[] answer = client.read();
            assertThat(answer).isNotNull();
            assertThat(RawWebSocket.type(answer)).isEqualTo(FrameRules.PAYLOAD);
        }
    }

    @Test
    void randomFramesHarmNobody() throws IOException {
        Random random = new Random(20261123);
        try (RawWebSocket good = connect()) {
            for (int i = 0; i < 300; i++) {
                try (RawWebSocket bad = connect()) {
                    for (int n = random.nextInt(1, 6); n > 0; n--) {
                        bad.send(randomFrame(random));
                    }
                } catch (IOException reset) {
                    assertThat(reset)
                            .as("closed by the server while this still sent")
                            .isNotNull();
                }
            }
            answers(good, 1);
        }
    }

    private static byte[] randomFrame(Random random) {
        byte[] body = new byte[random.nextInt(200)];
        random.nextBytes(body);
        return switch (random.nextInt(3)) {
            case 0 -> body;
            case 1 -> RawWebSocket.frame(random.nextInt(4), random.nextInt(16), random.nextInt(1 << 10), body);
            default ->
                mutated(RawWebSocket.requestStream(2 * random.nextInt(3) + 1, WATCH, random.nextInt(), "{}"), random);
        };
    }

    private static byte[] mutated(byte[] frame, Random random) {
        for (int n = random.nextInt(4); n > 0; n--) {
            frame[random.nextInt(frame.length)] = (byte) random.nextInt();
        }
        return java.util.Arrays.copyOf(frame, random.nextInt(1, frame.length + 1));
    }

    @Test
    void requestsInPiecesThatNeverEndAreBounded() throws IOException {
        try (RawWebSocket client = connect()) {
            for (int stream = 1; stream < 200; stream += 2) {
                client.send(RawWebSocket.frame(
                        stream, FrameRules.REQUEST_RESPONSE, FrameRules.FLAG_FOLLOWS, new byte[1_000]));
            }
            List<byte[]> last = client.readAll();
            assertThat(errorCode(last.getLast())).isEqualTo(ERROR_CODE_CONNECTION);
        }
    }
}
