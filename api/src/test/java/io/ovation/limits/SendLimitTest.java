package io.ovation.limits;

import java.util.stream.Stream;

import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.TestTokens;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

@EdgeTest
@TestPropertySource(properties = {"ovation.limits.send-burst=2", "ovation.limits.sends-per-second=1"})
class SendLimitTest {
    private static final String MESSAGES = "/api/conversations/01990000-0000-7000-8000-00000000000a/messages";
    private static final String MESSAGE = MESSAGES + "/01990000-0000-7000-8000-00000000000b";
    private static final String JSON = "{\"body\":\"a\"}";

    @Test
    void whoeverSendsTooFastIsToldToWait(@LocalServerPort int port) {
        EdgeClient client = new EdgeClient(port);
        String token = TestTokens.of("ann");

        // sends and edits count together; a slow machine may need a few more of them
        EdgeClient.Reply refused = Stream.iterate(0, i -> i + 1)
                .map(i -> i % 2 == 0
                        ? client.call("POST", MESSAGES, JSON, token)
                        : client.call("PATCH", MESSAGE, JSON, token))
                .filter(reply -> reply.status() >= 400)
                .findFirst()
                .orElseThrow();

        refused.isProblem(429, "rate_limited");
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        assertThat(client.call("POST", MESSAGES, JSON, TestTokens.of("bob")).status())
                .isEqualTo(201);
        assertThat(client.call("GET", MESSAGES, null, token).status()).isEqualTo(200);
    }
}
