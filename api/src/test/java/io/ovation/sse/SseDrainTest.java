package io.ovation.sse;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.TestTokens;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.SmartLifecycle;
import org.springframework.test.annotation.DirtiesContext;

import static org.assertj.core.api.Assertions.assertThat;

/** Its server drains, and is of no use to other tests. */
@EdgeTest
@DirtiesContext
@Timeout(60)
class SseDrainTest {
    private static final String STREAM = "/api/conversations/01990000-0000-7000-8000-00000000000d/stream";

    @Test
    void aNewStreamIsToldWhenToComeBackAndEnds(
            @Autowired @Qualifier("watchesDrain") SmartLifecycle drain, @LocalServerPort int port)
            throws IOException, InterruptedException {
        drain.stop();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response = http.send(
                    new EdgeClient(port)
                            .request("GET", STREAM, BodyPublishers.noBody(), TestTokens.of("ann"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            List<String> lines = response.body().lines().toList();
            assertThat(lines).hasSize(4);
            assertThat(lines.getFirst()).isEqualTo("retry: 1000");
            assertThat(lines.get(1)).as("for clients that read no frames").matches("retry: [1-9][0-9]{0,2}");
            assertThat(lines.get(2)).matches("data: \\{\"type\":\"reconnect\",\"after\":[0-9]{1,3}}");
            assertThat(lines.getLast()).isEmpty();
        }
    }
}
