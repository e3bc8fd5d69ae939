package io.ovation.security;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.Date;

import com.nimbusds.jose.JWSAlgorithm;
import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.Sides;
import io.ovation.edge.TestTokens;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

@EdgeTest
class HttpSecurityTest {
    private static final String LIST = "/api/conversations";
    private static final String STREAM = "/api/conversations/01990000-0000-7000-8000-00000000000a/stream";

    @Autowired
    private Sides.Script sides;

    private EdgeClient client;

    @BeforeEach
    void connect(@LocalServerPort int port) {
        sides.reset();
        client = new EdgeClient(port);
    }

    private HttpRequest.Builder get(String path) {
        return client.request("GET", path, BodyPublishers.noBody(), null);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, " + LIST,
        "POST, " + LIST,
        "GET, " + STREAM,
        "GET, /api/nothing",
        "DELETE, /api/conversations/x/messages/y"
    })
    void whoeverHasNoTokenIsAskedForOne(String method, String path) {
        assertThat(client.call(method, path, null, null)
                        .isProblem(401, "unauthenticated")
                        .header("WWW-Authenticate"))
                .isEqualTo("Bearer");
        assertThat(sides.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "Bearer ", "Bearer x", "Basic YTpi", "bearer a b", "Token x"})
    void aBadTokenIsRefused(String header) {
        EdgeClient.Reply reply =
                client.exchange(get(LIST).header("Authorization", header)).isProblem(401, "unauthenticated");

        assertThat(reply.header("WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
    }

    @Test
    void aForgedOrExpiredTokenIsRefusedEvenWhereNoneIsNeeded() {
        String forged = TestTokens.signed(TestTokens.claims("ann").build(), "x".repeat(32), JWSAlgorithm.HS256);
        String expired = TestTokens.signed(
                TestTokens.claims("ann")
                        .expirationTime(Date.from(Instant.now().minusSeconds(6)))
                        .build(),
                TestTokens.SECRET,
                JWSAlgorithm.HS256);

        for (String path : new String[] {LIST, STREAM, "/actuator/health", "/"}) {
            client.call("GET", path, null, forged).isProblem(401, "unauthenticated");
            client.call("GET", path, null, expired).isProblem(401, "unauthenticated");
        }
    }

    @Test
    void theSchemeIsReadInAnyCase() {
        assertThat(client.exchange(get(LIST).header("Authorization", "bEARER " + TestTokens.of("ann")))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aTokenInTheQueryCountsForStreamsOnly() {
        String parameter = "?access_token=" + TestTokens.of("ann");

        assertThat(client.call("GET", STREAM + "?access_token=x", null, null)
                        .isProblem(401, "unauthenticated")
                        .header("WWW-Authenticate"))
                .contains("invalid_token");
        client.call("GET", LIST + parameter, null, null).isProblem(401, "unauthenticated");
        client.call("POST", STREAM + parameter, null, null).isProblem(401, "unauthenticated");
        client.call("GET", STREAM + parameter, null, TestTokens.of("ann")).isProblem(401, "unauthenticated");
        client.call("GET", STREAM + parameter + "&access_token=x", null, null).isProblem(401, "unauthenticated");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator/health/liveness", "/actuator/health/readiness", "/actuator/prometheus"})
    void healthAndNumbersAreOpenOnThisMachine(String path) {
        assertThat(client.call("GET", path, null, null).status()).isEqualTo(200);
    }

    @Test
    void numbersAreNotForWhomAProxyBringsHere() {
        client.exchange(get("/actuator/prometheus").header("X-Forwarded-For", "127.0.0.1"))
                .isProblem(401, "unauthenticated");
        client.call("GET", "/actuator/prometheus", null, null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator",
                "/actuator/health",
                "/actuator/health/readiness/history",
                "/actuator/env",
                "/actuator/heapdump",
                "/actuator/shutdown"
            })
    void everyOtherEndpointNeedsTheRoleAdmin(String path) {
        client.call("GET", path, null, null).isProblem(401, "unauthenticated");
        client.call("GET", path, null, TestTokens.of("ann", "analyst")).isProblem(403, "forbidden");
    }

    @Test
    void anAdminSeesHealthAndNoMoreThanIsThere() {
        String admin = TestTokens.of("root", "admin");

        assertThat(client.call("GET", "/actuator/health", null, admin).status()).isEqualTo(200);
        client.call("GET", "/actuator/env", null, admin).isProblem(404, "not_found");
        client.call("POST", "/actuator/shutdown", null, admin).isProblem(404, "not_found");
    }

    @Test
    void aPageOfAnotherHostGetsNoLeaveToRead() {
        EdgeClient.Reply reply = client.exchange(get(LIST)
                .header("Authorization", "Bearer " + TestTokens.of("ann"))
                .header("Origin", "http://evil.example.org"));

        assertThat(reply.response().headers().map()).doesNotContainKey("access-control-allow-origin");
        EdgeClient.Reply preflight = client.exchange(client.request("OPTIONS", LIST, BodyPublishers.noBody(), null)
                .header("Origin", "http://evil.example.org")
                .header("Access-Control-Request-Method", "GET"));
        assertThat(preflight.response().headers().map()).doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void aPageIsKeptToItself() {
        EdgeClient.Reply reply = client.call("GET", "/", null, null);

        assertThat(reply.header("Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(reply.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(reply.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(reply.header("Permissions-Policy")).contains("camera=()");
    }
}
