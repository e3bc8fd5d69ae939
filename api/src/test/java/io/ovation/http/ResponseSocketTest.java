package io.ovation.http;

import java.time.Duration;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ResponseSocketTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static Mono<Void> whenWritten(EmbeddedChannel channel) {
        return Mono.create(sink -> ResponseSocket.whenWritten(channel, sink));
    }

    @Test
    void thereIsRoomWhenAllIsWritten() {
        EmbeddedChannel channel = new EmbeddedChannel();
        StepVerifier.create(whenWritten(channel)).expectComplete().verify(PATIENCE);
        channel.finishAndReleaseAll();
    }

    /** Who waits for a socket that has gone is not left waiting. */
    @Test
    void thereIsRoomWhenTheChannelHasEnded() {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.finishAndReleaseAll();
        StepVerifier.create(whenWritten(channel)).expectComplete().verify(PATIENCE);
    }
}
