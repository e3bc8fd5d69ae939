package io.ovation.rsocket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.ovation.conversation.ConversationQuery.ConversationPage;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.Sides;
import io.ovation.edge.TestTokens;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** What a connection may ask at a time where the limits of rate are off. */
@EdgeTest
@TestPropertySource(properties = "ovation.limits.enabled=false")
class CancelledRequestsTest {
    private static final int MOST = 1_024;
    private static final int LIFETIME = 30_000;

    @Autowired
    private Sides.Script sides;

    @Test
    void aCancelledRequestCountsUntilItsWorkHasEnded(@LocalServerPort int port) throws IOException {
        sides.reset();
        CompletableFuture<ConversationPage> work = new CompletableFuture<>();
        sides.answer(work);
        try (RawWebSocket client =
                new RawWebSocket(port, "/rsocket", "Authorization: Bearer " + TestTokens.of("ann"))) {
            client.send(RawWebSocket.setup(LIFETIME));
            for (int stream = 1; stream < 2 * MOST; stream += 2) {
                client.send(RawWebSocket.requestResponse(stream, "conversations.list", "{}"));
                client.send(RawWebSocket.frame(stream, FrameRules.CANCEL, 0));
            }
            byte[] refused = ask(client, 2 * MOST + 1);
            assertThat(RawWebSocket.type(refused)).isEqualTo(FrameRules.ERROR);
            assertThat(RawWebSocket.error(refused)).contains("rate_limited");

            work.complete(new ConversationPage(List.of(), null));
            byte[] answered = ask(client, 2 * MOST + 3);
            assertThat(RawWebSocket.type(answered)).isEqualTo(FrameRules.PAYLOAD);
        }
    }

    private static byte[] ask(RawWebSocket client, int stream) throws IOException {
        client.send(RawWebSocket.requestResponse(stream, "conversations.list", "{}"));
        byte[] answer = client.read();
        assertThat(answer).isNotNull();
        assertThat(ByteBuffer.wrap(answer).getInt()).isEqualTo(stream);
        return answer;
    }
}
