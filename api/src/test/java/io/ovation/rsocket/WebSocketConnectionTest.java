package io.ovation.rsocket;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.util.ReferenceCountUtil;
import io.rsocket.exceptions.ConnectionCloseException;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

import static org.assertj.core.api.Assertions.assertThat;

/** The order in which a connection says its last words. */
class WebSocketConnectionTest {
    private final List<String> said = new ArrayList<>();
    private Runnable whenFlushed = () -> {};

    private final EmbeddedChannel channel = new EmbeddedChannel(
            new ChannelOutboundHandlerAdapter() {
                @Override
                public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                    said.add("frames");
                    ReferenceCountUtil.release(message);
                    promise.setSuccess();
                }

                @Override
                public void flush(ChannelHandlerContext context) {
                    context.flush();
                    Runnable now = whenFlushed;
                    whenFlushed = () -> {};
                    now.run();
                }
            },
            new WebSocket13FrameEncoder(false));

    private final WebSocketConnection connection = new WebSocketConnection(
            (WebsocketInbound) Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {WebsocketInbound.class, Connection.class},
                    (proxy, method, arguments) -> channel),
            (WebsocketOutbound) Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {WebsocketOutbound.class},
                    (proxy, method, arguments) -> Mono.fromRunnable(() -> said.add("close"))),
            1024,
            new Refusals() {
                @Override
                public String tooLarge() {
                    return "Too large";
                }

                @Override
                public String broken(String fault) {
                    return fault;
                }
            },
            Duration.ofMinutes(1),
            () -> 0);

    @Test
    void whyItEndsIsSaidBeforeItsEndAlsoWhenThatComesWhileItWrites() {
        // as from another thread, between the last look at what waits and the one at whether this is the end
        whenFlushed = () -> connection.sendErrorAndClose(new ConnectionCloseException("Over"));
        connection.sendFrame(1, Unpooled.copyLong(1));
        channel.runPendingTasks();
        assertThat(said).containsExactly("frames", "frames", "close");
    }
}
