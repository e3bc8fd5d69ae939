package io.ovation.http;

import java.util.function.Consumer;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * Sets up each connection of HTTP/1.x: at once where there is nothing else it could speak, and else when the TLS
 * handshake has settled it, before the first byte of a request. It runs on the connection's event loop.
 */
final class Http1Connections {
    private Http1Connections() {}

    static HttpServer on(HttpServer server, Consumer<ChannelPipeline> setUp) {
        return server.doOnChannelInit((observer, channel, address) -> {
            ChannelPipeline pipeline = channel.pipeline();
            if (isHttp1(pipeline)) {
                setUp.accept(pipeline);
            } else if (pipeline.get(NettyPipeline.SslHandler) != null) {
                pipeline.addBefore(
                        NettyPipeline.ReactiveBridge, "ovation.afterHandshake", new AfterHandshake(setUp));
            }
        });
    }

    private static boolean isHttp1(ChannelPipeline pipeline) {
        return pipeline.get(NettyPipeline.HttpTrafficHandler) != null && pipeline.get(NettyPipeline.HttpCodec) != null;
    }

    /** Comes after what chooses the protocol, and so finds it chosen. */
    private static final class AfterHandshake extends ChannelInboundHandlerAdapter {
        private final Consumer<ChannelPipeline> setUp;

        private AfterHandshake(Consumer<ChannelPipeline> setUp) {
            this.setUp = setUp;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent) {
                if (isHttp1(context.pipeline())) {
                    setUp.accept(context.pipeline());
                }
                context.fireUserEventTriggered(event);
                context.pipeline().remove(this);
            } else {
                context.fireUserEventTriggered(event);
            }
        }
    }
}
