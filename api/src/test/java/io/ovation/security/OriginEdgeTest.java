package io.ovation.security;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.ovation.edge.EdgeTest;
import io.ovation.edge.TestTokens;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** Origins and addresses as a server sees them that stands behind a proxy which ends TLS. */
@EdgeTest
@TestPropertySource(
        properties = {
            "ovation.web.allowed-origins=https://other.example.org",
            "ovation.web.trusted-proxies=127.0.0.0/8",
            "ovation.limits.connects-per-second=1"
        })
class OriginEdgeTest {
    private static final String STREAM = "/api/conversations/01990000-0000-7000-8000-00000000000a/stream";

    /** A client of its own for each request: the limit of an address is one a second here. */
    private static final AtomicInteger CLIENTS = new AtomicInteger();

    @LocalServerPort
    private int port;

    private String ask(String line, String... headers) throws IOException {
        return askFor("192.0.2." + CLIENTS.incrementAndGet(), line, headers);
    }

    /** The head of the answer, and what has come of its body with it. */
    private String askFor(String client, String line, String... headers) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(20_000);
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            String request = line + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\nX-Forwarded-For: "
                    + client + "\r\nAuthorization: Bearer " + TestTokens.of("ann") + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            StringBuilder answer = new StringBuilder();
            byte[] part = new byte[4096];
            do {
                int read = socket.getInputStream().read(part);
                if (read < 0) {
                    break;
                }
                answer.append(new String(part, 0, read, StandardCharsets.UTF_8));
            } while (!answer.toString().contains("\r\n\r\n")
                    || answer.toString().contains("problem+json") && answer.indexOf("}") < 0);
            return answer.toString();
        }
    }

    private String upgrade(String host, String origin) throws IOException {
        return ask(
                "GET /rsocket",
                "Host: " + host,
                "Origin: " + origin,
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    }

    @ParameterizedTest
    @CsvSource({
        "app.example.org, https://app.example.org",
        "my_app.example.org, https://my_app.example.org",
        "my_app:8443, https://my_app:8443",
        "app.example.org, https://other.example.org",
    })
    void theServersOwnPageAndOneThatIsNamedMayWhateverTheSchemeHere(String host, String origin) throws IOException {
        assertThat(ask("GET /api/conversations", "Host: " + host, "Origin: " + origin))
                .startsWith("HTTP/1.1 200 ");
        assertThat(ask("GET /", "Host: " + host, "Origin: " + origin)).startsWith("HTTP/1.1 200 ");
        assertThat(ask("GET " + STREAM, "Host: " + host, "Origin: " + origin)).doesNotStartWith("HTTP/1.1 403 ");
        assertThat(upgrade(host, origin)).startsWith("HTTP/1.1 101 ");
    }

    @ParameterizedTest
    @CsvSource({
        "app.example.org, https://evil.example.org",
        "app.example.org, http://other.example.org",
        "app.example.org, null",
        "app.example.org:8443, https://app.example.org",
    })
    void everyOtherIsRefusedWithAProblem(String host, String origin) throws IOException {
        for (String line : List.of("GET /api/conversations", "GET /", "GET " + STREAM, "DELETE /api/conversations")) {
            assertThat(ask(line, "Host: " + host, "Origin: " + origin))
                    .startsWith("HTTP/1.1 403 ")
                    .contains("application/problem+json", "\"code\":\"forbidden\"", "\"detail\":");
        }
        assertThat(upgrade(host, origin)).startsWith("HTTP/1.1 403 ").contains("\"code\":\"forbidden\"");
    }

    @Test
    void whoCameByTlsAsATrustedProxySaysIsNoPageWithoutIt() throws IOException {
        assertThat(ask(
                        "GET /api/conversations",
                        "Host: app.example.org",
                        "Origin: https://app.example.org",
                        "X-Forwarded-Proto: https"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(ask(
                        "GET /api/conversations",
                        "Host: app.example.org",
                        "Origin: http://app.example.org",
                        "X-Forwarded-Proto: https"))
                .startsWith("HTTP/1.1 403 ");
    }

    @Test
    void aForgedFirstAddressPassesNoLimit() throws IOException {
        int refused = 0;
        for (int i = 0; i < 60; i++) {
            String answer = askFor("198.51.100." + i + ", 203.0.113.1", "GET " + STREAM, "Host: app.example.org");
            refused += answer.startsWith("HTTP/1.1 429 ") ? 1 : 0;
        }
        assertThat(refused).isPositive();
        assertThat(askFor("203.0.113.2", "GET " + STREAM, "Host: app.example.org"))
                .as("another client of the same proxy")
                .doesNotStartWith("HTTP/1.1 429 ");
    }
}
