package io.ovation.http;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.ovation.conversation.ConversationQuery.ConversationPage;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.Sides;
import io.ovation.edge.TestTokens;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** One connection serves one request after the other, whatever became of the one before. */
@EdgeTest
@Timeout(60)
class KeepAliveTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern LENGTH = Pattern.compile("(?i)\\r\\ncontent-length: *(\\d+)\\r\\n");
    private static final String TOKEN = TestTokens.of("ann");

    @Autowired
    private Sides.Script sides;

    private int port;

    @BeforeEach
    void connect(@LocalServerPort int localPort) {
        sides.reset();
        port = localPort;
    }

    /** One connection, without any of the retries that a client makes. */
    private final class Line implements AutoCloseable {
        private final Socket socket = new Socket();
        private final DataInputStream in;

        Line() throws IOException {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            in = new DataInputStream(socket.getInputStream());
        }

        void write(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(UTF_8));
        }

        void get() throws IOException {
            write(head("GET", "/api/conversations") + "\r\n");
        }

        String head(String method, String path) {
            return method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nAuthorization: Bearer " + TOKEN
                    + "\r\n";
        }

        /** The status of the next answer, which is read to its end. */
        int status() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            while (!bytes.toString(US_ASCII).endsWith("\r\n\r\n")) {
                bytes.write(in.readByte());
            }
            String head = bytes.toString(US_ASCII);
            Matcher length = LENGTH.matcher(head);
            in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
            return Integer.parseInt(head.split(" ", 3)[1]);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static ConversationPage page() {
        return new ConversationPage(List.of(), null);
    }

    @Test
    void aRequestThatHadToWaitLeavesItsConnectionAsItWas() throws IOException {
        try (Line line = new Line()) {
            for (int i = 0; i < 50; i++) {
                CompletableFuture<ConversationPage> answer = new CompletableFuture<>();
                sides.reset();
                sides.answer(answer);
                line.get();
                await().atMost(PATIENCE).until(() -> sides.asked().size() == 1);
                Thread.startVirtualThread(() -> answer.complete(page()));
                assertThat(line.status()).isEqualTo(200);
                sides.answer(page());
                line.get();
                assertThat(line.status()).isEqualTo(200);
            }
        }
    }

    @Test
    void whoSendsTheNextRequestBeforeTheAnswerGetsBothInOrder() throws IOException {
        try (Line line = new Line()) {
            for (int i = 0; i < 50; i++) {
                CompletableFuture<ConversationPage> answer = new CompletableFuture<>();
                sides.reset();
                sides.answer(answer);
                line.get();
                line.write(line.head("GET", "/api/nothing") + "\r\n");
                await().atMost(PATIENCE).until(() -> sides.asked().size() == 1);
                Thread.startVirtualThread(() -> answer.complete(page()));
                assertThat(line.status()).isEqualTo(200);
                assertThat(line.status()).isEqualTo(404);
            }
        }
    }

    @Test
    void aRefusalThatComesBeforeTheBodyLeavesItsConnectionAsItWas() throws IOException {
        String body = "{\"kind\":\"group\"}";
        try (Line line = new Line()) {
            for (String head : List.of(
                    line.head("POST", "/api/nothing"),
                    line.head("POST", "/api/conversations").replace("Bearer ", "Bearer x"),
                    line.head("PUT", "/api/conversations"),
                    line.head("POST", "/api/conversations") + "Content-Type: text/plain\r\n",
                    line.head("POST", "/api/conversations?colour=red") + "Content-Type: application/json\r\n")) {
                line.write(head + "Content-Length: " + body.length() + "\r\n\r\n");
                int status = line.status();
                assertThat(status).as(head).isBetween(400, 415);
                line.write(body);
                line.get();
                assertThat(line.status()).as("after %s", head).isEqualTo(200);
            }
        }
    }
}
