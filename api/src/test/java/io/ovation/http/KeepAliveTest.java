package io.ovation.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

import io.ovation.edge.EdgeTest;
import org.junit.jupiter.api.RepeatedTest;
import org.springframework.boot.test.web.server.LocalServerPort;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A connection goes on after a request that waited for the one before it. reactor-netty before 1.3.8 read no more from such a connection
 * (reactor/reactor-netty#4361): a client that sends its next request quickly, after an answer that came from another thread, never heard again.
 */
@EdgeTest
class KeepAliveTest {
    private static final String SLOW = request("/actuator/health/liveness"); // answered from a thread of its own
    private static final String QUICK = request("/nothing"); // answered on the event loop

    @RepeatedTest(10)
    void aConnectionGoesOnAfterARequestThatHadToWait(@LocalServerPort int port) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write((SLOW + QUICK).getBytes(US_ASCII));
            assertThat(answer(socket.getInputStream())).startsWith("HTTP/1.1 200");
            assertThat(answer(socket.getInputStream())).startsWith("HTTP/1.1 404");

            socket.getOutputStream().write(QUICK.getBytes(US_ASCII));
            assertThat(answer(socket.getInputStream())).startsWith("HTTP/1.1 404");
        }
    }

    private static String request(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    /** Reads the head of one answer, and passes over its body. */
    private static String answer(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).as("a byte of an answer after '%s'", head).isNotNegative();
            head.append((char) next);
        }
        int length = Integer.parseInt(head.toString().replaceAll("(?is).*content-length: *(\\d+).*", "$1"));
        assertThat(in.readNBytes(length)).hasSize(length);
        return head.toString();
    }
}
