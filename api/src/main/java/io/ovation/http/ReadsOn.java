package io.ovation.http;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.LastHttpContent;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * Reads on after each answer. Reactor Netty reads on demand, and forgets to when a request came in just before the one
 * ahead of it had quite ended, and was then answered at once (reactor-netty #4361, in 1.3.6 and 1.3.7): its connection
 * hangs for good, with the next request unread. A read that was asked for twice is one.
 */
@ChannelHandler.Sharable
final class ReadsOn extends ChannelOutboundHandlerAdapter {
    private static final ReadsOn INSTANCE = new ReadsOn();

    private ReadsOn() {}

    /** The server with this in each of its connections. */
    static HttpServer on(HttpServer server) {
        return server.doOnChannelInit((observer, channel, address) -> {
            if (channel.pipeline().get(NettyPipeline.HttpTrafficHandler) != null) {
                channel.pipeline().addBefore(NettyPipeline.HttpTrafficHandler, "ovation.readsOn", INSTANCE);
            }
        });
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof LastHttpContent) {
            context.write(message, promise.unvoid())
                    .addListener(written -> context.executor().execute(context::read));
        } else {
            context.write(message, promise);
        }
    }
}
