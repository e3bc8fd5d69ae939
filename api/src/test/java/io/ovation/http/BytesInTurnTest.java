package io.ovation.http;

import java.time.Duration;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

/** What is held while a request is answered. */
class BytesInTurnTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void connect() {
        RequestsInTurn requests = new RequestsInTurn(new PatienceSettings(LONG, LONG, LONG), context -> {});
        channel.pipeline().addLast(requests.bytes(), new HttpServerCodec(), requests);
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void send(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, US_ASCII));
    }

    @Test
    void nothingIsReadBesideWhatIsHeld() {
        send(REQUEST.repeat(BytesInTurn.MOST_HELD / REQUEST.length() + 100));
        assertThat(channel.config().isAutoRead()).isFalse();
    }

    @Test
    void whoAsksForAllWhileItIsStoppedGetsNoMoreThanWhatWasUnderWay() {
        send(REQUEST.repeat(BytesInTurn.MOST_HELD / REQUEST.length() + 100));
        channel.config().setAutoRead(true);
        send(REQUEST);
        assertThat(channel.config().isAutoRead()).isFalse();
    }
}
