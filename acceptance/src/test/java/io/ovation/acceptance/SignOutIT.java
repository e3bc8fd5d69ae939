package io.ovation.acceptance;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** A sign-out is a fact: it is in force after a restart, and stands in the log with who did it. */
class SignOutIT {
    private static String issued(String user, Instant at) {
        ObjectNode claims = Tokens.claims(user, Duration.ofHours(1));
        claims.put("iat", at.getEpochSecond());
        return Tokens.signed(claims, Tokens.SECRET);
    }

    private static int status(OvationServer server, String method, String path, String token) throws Exception {
        return send(server, method, path, token).statusCode();
    }

    private static HttpResponse<String> send(OvationServer server, String method, String path, String token)
            throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(server.uri(path))
                    .method(method, BodyPublishers.noBody())
                    .header("Authorization", "Bearer " + token)
                    .build();
            return http.send(request, BodyHandlers.ofString());
        }
    }

    @Test
    void whoWasSignedOutIsSoAfterARestart() throws Exception {
        OvationServer.Launch launch = OvationServer.fresh("sign-out");
        String before = issued("ann", Instant.now().minusSeconds(10));
        String admin = Tokens.of("root", "admin");
        try (OvationServer server = launch.start()) {
            assertThat(status(server, "GET", "/api/conversations", before)).isEqualTo(200);
            assertThat(status(server, "POST", "/api/admin/users/ann/sign-out", admin))
                    .isEqualTo(204);
            assertThat(status(server, "GET", "/api/conversations", before)).isEqualTo(401);
        }
        try (OvationServer server = launch.start()) {
            assertThat(status(server, "GET", "/api/conversations", before)).isEqualTo(401);
            assertThat(status(server, "GET", "/api/conversations", issued("ann", Instant.now())))
                    .isEqualTo(200);
            assertThat(status(server, "GET", "/api/conversations", issued("bob", Instant.now().minusSeconds(10))))
                    .isEqualTo(200);
            assertThat(send(server, "GET", "/api/events?types=UserSignedOut", admin)
                            .body())
                    .contains("\"user\":\"ann\",\"by\":\"root\"", "\"admin\":\"root\"");
        }
    }
}
