package io.ovation.sse;

import java.util.stream.Stream;

import io.ovation.edge.EdgeClient;
import io.ovation.edge.EdgeTest;
import io.ovation.edge.TestTokens;
import io.ovation.live.LiveSide;
import org.axonframework.queryhandling.QueryBus;
import org.axonframework.queryhandling.QueryUpdateEmitter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever fails, no token is in the log: an address that has one is what loggers like to say most. */
@EdgeTest
@ExtendWith(OutputCaptureExtension.class)
class TokensInLogsTest {
    private static final String STREAM = "/api/conversations/01990000-0000-7000-8000-00000000000a/stream";

    @Test
    void anOpeningThatFailsIsLoggedWithoutTheTokenOfItsAddress(
            @Autowired QueryBus bus,
            @Autowired QueryUpdateEmitter emitter,
            @LocalServerPort int port,
            CapturedOutput log) {
        String token = TestTokens.of("ann");
        EdgeClient client = new EdgeClient(port);
        try (LiveSide live = new LiveSide(bus, emitter)) {
            live.refuse(caller -> new IllegalStateException("nobody has thought of this"));
            Stream.of("?access_token=" + token, "?after=&access_token=" + token, "?acc%65ss_token=" + token)
                    .forEach(query -> client.call("GET", STREAM + query, null, null)
                            .isProblem(503, "unavailable"));
        }
        assertThat(log.getAll())
                .contains("nobody has thought of this", STREAM)
                .doesNotContain(token, token.substring(token.lastIndexOf('.') + 1));
    }
}
