package io.ovation.http;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

@EdgeTest
class DevTokensTest {
    private static final String TOKENS = "/api/dev/tokens";

    private EdgeClient client;
    private int port;

    @BeforeEach
    void connect(@LocalServerPort int localPort) {
        port = localPort;
        client = new EdgeClient(localPort);
    }

    @Test
    void aTokenIsGoodForWhomItNames() throws ParseException {
        String token = client.call("POST", TOKENS, "{\"user\":\"é/ann\",\"roles\":[\"admin\"],\"ttl\":60}", null)
                .json()
                .path("token")
                .asString();

        JWTClaimsSet claims = SignedJWT.parse(token).getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo("urn:ovation:development");
        assertThat(claims.getSubject()).isEqualTo("é/ann");
        assertThat(claims.getStringListClaim("roles")).containsExactly("admin");
        assertThat(Duration.between(Instant.now(), claims.getExpirationTime().toInstant()))
                .isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));
        assertThat(client.call("GET", "/actuator/health", null, token).status()).isEqualTo(200);
    }

    @Test
    void whoeverNamesNoRoleHasNone() {
        String token = client.call("POST", TOKENS, "{\"user\":\"ann\"}", null)
                .json()
                .path("token")
                .asString();

        assertThat(client.call("GET", "/api/conversations", null, token).status())
                .isEqualTo(200);
        client.call("GET", "/actuator/health", null, token).isProblem(403, "forbidden");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | user",
                "{\"user\":\"\"} | user",
                "{\"user\":7} | user",
                "{\"user\":\"a\",\"roles\":\"admin\"} | roles",
                "{\"user\":\"a\",\"roles\":[\"king\"]} | roles[0]",
                "{\"user\":\"a\",\"ttl\":0} | ttl",
                "{\"user\":\"a\",\"ttl\":-1} | ttl",
                "{\"user\":\"a\",\"ttl\":1.5} | ttl",
                "{\"user\":\"a\",\"ttl\":86401} | ttl",
                "{\"user\":\"a\",\"ttl\":99999999999} | ttl",
                "{\"user\":\" a\"} | user",
                "{\"user\":\"a\",\"name\":\"A\"} | name",
            })
    void aWrongRequestIsRefusedAtItsField(String json, String field) {
        assertThat(client.call("POST", TOKENS, json, null)
                        .isProblem(400, "validation_failed")
                        .field())
                .isEqualTo(field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Forwarded-For | 127.0.0.1",
                "X-Forwarded-Proto | https",
                "X-Forwarded-Host | chat.example.org",
                "X-Real-IP | 127.0.0.1",
                "Forwarded | for=127.0.0.1",
                "Via | 1.1 proxy",
                "Origin | https://chat.example.org",
                "Origin | http://127.0.0.1:1",
                "Origin | null",
            })
    void whoeverIsBroughtByAProxyOrByAnotherPageGetsNone(String header, String value) {
        client.exchange(client.request("POST", TOKENS, BodyPublishers.ofString("{\"user\":\"ann\"}"), null)
                        .header("Content-Type", "application/json")
                        .header(header, value))
                .isProblem(403, "forbidden");
    }

    @Test
    void theServersOwnPageGetsOne() {
        assertThat(client.exchange(client.request("POST", TOKENS, BodyPublishers.ofString("{\"user\":\"ann\"}"), null)
                                .header("Content-Type", "application/json")
                                .header("Origin", "http://127.0.0.1:" + port))
                        .status())
                .isEqualTo(200);
    }

    /** What nginx sends that was told nothing but where to: no header says that it is there. */
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0", "HTTP/1.1"})
    void whoeverIsBroughtByAProxyThatSaysNothingGetsNoneAndNoNumbers(String version) throws IOException {
        for (String path : new String[] {"POST " + TOKENS, "GET /actuator/prometheus"}) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream()
                        .write((path + " " + version + "\r\nHost: 127.0.0.1:" + port
                                        + "\r\nConnection: close\r\nContent-Type: application/json\r\n"
                                        + "Content-Length: 14\r\n\r\n{\"user\":\"ann\"}")
                                .getBytes(US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                        .containsPattern("^HTTP/1.[01] 40[13] ");
            }
        }
    }

    @Test
    void aPageUnderAnotherNameThatLeadsHereGetsNone() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("POST " + TOKENS + " HTTP/1.1\r\nHost: evil.example.org:" + port
                                    + "\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: 14\r\nConnection: close\r\n\r\n{\"user\":\"ann\"}")
                            .getBytes(US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 403 ")
                    .contains("forbidden");
        }
    }

    @Test
    void onlyPostIsThere() {
        client.call("GET", TOKENS, null, null).isProblem(401, "unauthenticated");
    }
}
