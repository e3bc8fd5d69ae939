package io.ovation.http;

import java.net.http.HttpRequest.BodyPublishers;

import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.TestTokens;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@EdgeTest
@ActiveProfiles(profiles = "cluster", inheritProfiles = false)
@TestPropertySource(properties = "ovation.web.allowed-origins=https://app.example.org")
class WithoutStandaloneTest {
    @Test
    void thereAreNoTokensForDevelopment(@LocalServerPort int port) {
        new EdgeClient(port)
                .call("POST", "/api/dev/tokens", "{\"user\":\"ann\"}", null)
                .isProblem(404, "not_found");
    }

    @Test
    void aPageThatIsNamedMayRead(@LocalServerPort int port) {
        EdgeClient client = new EdgeClient(port);

        EdgeClient.Reply preflight =
                client.exchange(client.request("OPTIONS", "/api/conversations", BodyPublishers.noBody(), null)
                        .header("Origin", "https://app.example.org")
                        .header("Access-Control-Request-Method", "POST")
                        .header("Access-Control-Request-Headers", "authorization, content-type"));
        assertThat(preflight.status()).isEqualTo(200);
        assertThat(preflight.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example.org");

        EdgeClient.Reply reply = client.exchange(
                client.request("GET", "/api/conversations", BodyPublishers.noBody(), TestTokens.of("ann"))
                        .header("Origin", "https://app.example.org"));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example.org");

        assertThat(client.exchange(client.request(
                                        "GET", "/api/conversations", BodyPublishers.noBody(), TestTokens.of("ann"))
                                .header("Origin", "https://evil.example.org"))
                        .response()
                        .headers()
                        .map())
                .doesNotContainKey("access-control-allow-origin");
    }
}
