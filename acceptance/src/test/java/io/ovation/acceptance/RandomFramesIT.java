package io.ovation.acceptance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.rsocket.frame.RequestResponseFrameCodec;
import io.rsocket.frame.RequestStreamFrameCodec;
import io.rsocket.frame.SetupFrameCodec;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.util.DefaultPayload;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What no RSocket client would say. Whatever comes in, those who behave notice nothing, and nothing of the inside goes
 * out.
 */
@ExtendWith(SharedServer.class)
class RandomFramesIT {
    private static final ByteBufAllocator HEAP = ByteBufAllocator.DEFAULT;
    private static final int CONNECTIONS = 60;
    private static final int FRAMES = 20;

    /** The same in every run, so that what fails fails again. */
    private final Random random = new Random(20_261_123);

    private String conversationId = "";
    private String token = "";

    @BeforeEach
    void someoneWhoBehaves(People people) {
        token = Tokens.of(people.name("mallory"));
        conversationId = people.rsocket("ada").opens("group");
    }

    @AfterEach
    void thoseWhoBehaveNoticeNothing(People people, OvationServer server) {
        RSocketApi ada = people.rsocket("ada");
        assertThat(ada.lastSeq(conversationId)).isZero();
        try (Live stream = ada.watch(conversationId, null)) {
            stream.frames().opened();
            ada.says(conversationId, "Hello");
            stream.frames().next("message");
        }
        assertThat(server.isReady()).isTrue();
        assertThat((server.stdout() + server.stderr())
                        .lines()
                        .filter(line -> line.startsWith("\tat "))
                        .limit(20))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void randomFramesHarmNobody(boolean afterSetup, People people, OvationServer server) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < CONNECTIONS; i++) {
                Conversation wire = Conversation.open(client, server, token, i);
                if (afterSetup) {
                    wire.send(setup(token));
                }
                for (int frame = 0; frame < FRAMES; frame++) {
                    wire.send(random.nextBoolean() ? header(noise(random.nextInt(300))) : broken(request()));
                }
                assertThat(wire.answersUntilPongOrClose()).doesNotContainPattern(Reply.INSIDE);
            }
        }
    }

    @Test
    void textInPlaceOfFramesHarmsNobody(OvationServer server) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < CONNECTIONS; i++) {
                Conversation wire = Conversation.open(client, server, token, i);
                wire.sendText("{\"route\":\"conversations.list\"}");
                assertThat(wire.answersUntilPongOrClose()).doesNotContainPattern(Reply.INSIDE);
            }
        }
    }

    @Test
    void randomBytesInPlaceOfAWebSocketHarmNobody(OvationServer server) throws Exception {
        String upgrade = "GET /rsocket HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
        for (int i = 0; i < CONNECTIONS; i++) {
            try (Socket socket = socket(server, i)) {
                socket.getOutputStream().write(upgrade.getBytes(US_ASCII));
                assertThat(new String(socket.getInputStream().readNBytes(12), US_ASCII))
                        .isEqualTo("HTTP/1.1 101");
                overwhelm(socket, noise(5_000));
            }
            try (Socket socket = socket(server, i)) {
                overwhelm(socket, noise(5_000));
            }
        }
    }

    /** The server may hang up in the middle of it. */
    private static void overwhelm(Socket socket, byte[] noise) {
        try {
            socket.getOutputStream().write(noise);
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
                    .doesNotContainPattern(Reply.INSIDE);
        } catch (IOException hungUp) {
            assertThat(hungUp).isNotInstanceOf(SocketTimeoutException.class);
        }
    }

    private static Socket socket(OvationServer server, int i) throws IOException {
        Socket socket = new Socket(OvationServer.HOST, server.port(), InetAddress.getByName("127.2.0." + (i + 1)), 0);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Noise that starts as a frame does: a stream that may be there, and one of the types. */
    private byte[] header(byte[] noise) {
        if (noise.length >= 6) {
            ByteBuffer.wrap(noise).putInt(random.nextInt(8)).putShort((short)
                    (random.nextInt(1 << 6) << 10 | random.nextInt(1 << 10)));
        }
        return noise;
    }

    private byte[] request() {
        int stream = 1 + 2 * random.nextInt(50);
        String route = "conversations." + conversationId
                + List.of(".send", ".watch", ".history", ".members.add").get(random.nextInt(4));
        ByteBuf data = Unpooled.copiedBuffer("{\"body\":\"Hello\",\"user\":\"mallory\"}", US_ASCII);
        return bytes(
                random.nextBoolean()
                        ? RequestStreamFrameCodec.encode(
                                HEAP, stream, false, 1 + random.nextInt(100), RSocketApi.routing(route), data)
                        : RequestResponseFrameCodec.encode(HEAP, stream, false, RSocketApi.routing(route), data));
    }

    /** A frame with a few bytes of it changed, or an end cut off. */
    private byte[] broken(byte[] frame) {
        if (random.nextInt(4) == 0) {
            return Arrays.copyOf(frame, random.nextInt(frame.length));
        }
        for (int i = random.nextInt(4); i >= 0; i--) {
            frame[random.nextInt(frame.length)] = (byte) random.nextInt(256);
        }
        return frame;
    }

    private static byte[] setup(String token) {
        return bytes(SetupFrameCodec.encode(
                HEAP,
                false,
                20_000,
                90_000,
                WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString(),
                "application/json",
                DefaultPayload.create(Unpooled.EMPTY_BUFFER, RSocketApi.authentication(token))));
    }

    private static byte[] bytes(ByteBuf frame) {
        byte[] bytes = ByteBufUtil.getBytes(frame);
        frame.release();
        return bytes;
    }

    /** One WebSocket, and all that came back on it. */
    private static final class Conversation implements WebSocket.Listener {
        private final StringBuffer answers = new StringBuffer();
        private final CompletableFuture<String> over = new CompletableFuture<>();
        private final CompletableFuture<WebSocket> socket;

        private Conversation(HttpClient client, OvationServer server, String token) {
            socket = client.newWebSocketBuilder()
                    .buildAsync(
                            URI.create("ws://" + OvationServer.HOST + ":" + server.port() + "/rsocket?access_token="
                                    + token),
                            this);
        }

        static Conversation open(HttpClient client, OvationServer server, String token, int i) throws Exception {
            Conversation[] opened = new Conversation[1];
            // fewer than the connects that one address has in a second would take forever: those beyond come again
            Await.until("connection " + i, Frames.PATIENCE, () -> {
                opened[0] = new Conversation(client, server, token);
                opened[0].socket.get(10, TimeUnit.SECONDS);
                return true;
            });
            return opened[0];
        }

        /** Sends, unless the server has already had enough. */
        void send(byte[] frame) throws Exception {
            sent(socket.get().sendBinary(ByteBuffer.wrap(frame), true));
        }

        void sendText(String text) throws Exception {
            sent(socket.get().sendText(text, true));
        }

        private void sent(CompletableFuture<WebSocket> sending) throws Exception {
            try {
                sending.get(10, TimeUnit.SECONDS);
            } catch (ExecutionException closed) {
                over.complete(answers.toString());
            }
        }

        /** A ping is answered after all that came before it, if anything is. */
        String answersUntilPongOrClose() throws Exception {
            try {
                sent(socket.get().sendPing(ByteBuffer.allocate(0)));
                return over.get(10, TimeUnit.SECONDS);
            } finally {
                socket.get().abort();
            }
        }

        @Override
        public void onOpen(WebSocket opened) {
            opened.request(Long.MAX_VALUE);
        }

        @Override
        @SuppressWarnings("NullAway") // null is what the JDK takes for "done with the buffer"
        public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            answers.append(ISO_8859_1.decode(data));
            return null;
        }

        @Override
        @SuppressWarnings("NullAway") // as above
        public CompletionStage<?> onPong(WebSocket from, ByteBuffer data) {
            over.complete(answers.toString());
            return null;
        }

        @Override
        @SuppressWarnings("NullAway") // as above
        public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            over.complete(answers + reason);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            over.complete(answers.toString());
        }
    }
}
