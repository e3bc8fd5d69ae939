package io.ovation.http;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

import io.ovation.edge.EdgeTest;
import io.ovation.edge.Sides;
import io.ovation.edge.TestTokens;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Clients that pipeline, stall or say nothing: what they can make the server hold, and for how long. */
@EdgeTest
@Timeout(60)
@TestPropertySource(
        properties = {"ovation.patience.setup=1s", "ovation.patience.request=2s", "ovation.patience.unread=2s"})
class RequestsInTurnTest {
    private static final String TOKEN = TestTokens.of("ann");

    @Autowired
    private Sides.Script sides;

    private int port;

    @BeforeEach
    void start(@LocalServerPort int serverPort) {
        sides.reset();
        port = serverPort;
    }

    private static String post(String rest) {
        return "POST /api/conversations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + TOKEN
                + "\r\nContent-Type: application/json\r\n" + rest;
    }

    @Test
    void pipelinedRequestsWhoseAnswersNobodyReadsWaitWithTheClient() throws Exception {
        int perWrite = 100;
        String requests = "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n".repeat(perWrite);
        AtomicInteger sent = new AtomicInteger();
        try (RawHttp client = new RawHttp(port)) {
            Thread writer = Thread.startVirtualThread(() -> {
                try {
                    for (int i = 0; i < 20_000; i++) {
                        client.write(requests);
                        sent.incrementAndGet();
                    }
                } catch (IOException cut) {
                    // which the test waits for
                    assertThat(cut).isNotNull();
                }
            });
            writer.join();
            // 76 MB if it were all taken; the buffers of two sockets and the 16 KiB that are held are far less
            assertThat(sent.get() * requests.length()).isLessThan(8_000_000);
        }
    }

    @Test
    void pipelinedRequestsAreAllAnsweredInTheirOrder() throws IOException {
        try (RawHttp client = new RawHttp(port)) {
            // half of them are requests that cannot be read, and draw on their user's allowance
            int count = 1_800;
            Thread.startVirtualThread(() -> {
                try {
                    for (int i = 0; i < count; i++) {
                        String body = "{\"kind\":\"nothing" + i + "\"}";
                        client.write(
                                i % 2 == 0
                                        ? "GET /api/nothing HTTP/1.1\r\nHost: x\r\nX-Correlation-Id: no" + i
                                                + "\r\n\r\n"
                                        : post("X-Correlation-Id: no" + i + "\r\nContent-Length: " + body.length()
                                                + "\r\n\r\n" + body));
                    }
                } catch (IOException cut) {
                    throw new AssertionError(cut);
                }
            });
            for (int i = 0; i < count; i++) {
                assertThat(client.answer())
                        .startsWith(i % 2 == 0 ? "HTTP/1.1 401" : "HTTP/1.1 400")
                        .contains("no" + i + "\r\n");
            }
        }
    }

    @Test
    void aBodyThatStallsIsAnsweredAndItsConnectionEnds() throws IOException {
        try (RawHttp client = new RawHttp(port)) {
            client.write(post("Content-Length: 60000\r\n\r\n{\"kind\":"));
            assertThat(client.rest())
                    .startsWith("HTTP/1.1 408")
                    .contains("application/problem+json", "within 2 s");
        }
    }

    @Test
    void aBodyThatDripsIsHeldToTheSameTime() throws Exception {
        try (RawHttp client = new RawHttp(port)) {
            client.write(post("Transfer-Encoding: chunked\r\n\r\n"));
            AtomicInteger drips = new AtomicInteger();
            assertThat(await().atMost(java.time.Duration.ofSeconds(20))
                            .pollInterval(java.time.Duration.ofMillis(200))
                            .until(
                                    () -> {
                                        try {
                                            client.write("1\r\nx\r\n");
                                            drips.incrementAndGet();
                                            return false;
                                        } catch (IOException cut) {
                                            return true;
                                        }
                                    },
                                    cut -> cut))
                    .isTrue();
            assertThat(drips.get()).isBetween(5, 25);
        }
    }

    @Test
    void aHeadThatNeverEndsIsHeldToTheSameTime() throws IOException {
        try (RawHttp client = new RawHttp(port)) {
            client.write("GET /api/nothing HTTP/1.1\r\nHo");
            assertThat(client.rest()).startsWith("HTTP/1.1 408");
        }
    }

    @Test
    void whoSaysNothingIsCut() throws IOException {
        try (RawHttp client = new RawHttp(port)) {
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    void aConnectionThatHasSpokenMayRest() throws Exception {
        try (RawHttp client = new RawHttp(port);
                RawHttp silent = new RawHttp(port)) {
            client.write("GET /api/nothing HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 401");
            // longer than any patience but that for idle connections
            assertThat(silent.isClosed()).isTrue();
            try (RawHttp stalled = new RawHttp(port)) {
                stalled.write("GET");
                assertThat(stalled.rest()).startsWith("HTTP/1.1 408");
            }
            client.write("GET /api/nothing HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 401");
        }
    }
}
