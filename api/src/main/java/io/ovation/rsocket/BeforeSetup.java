package io.ovation.rsocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;

/**
 * Holds what comes before SETUP to {@link #MOST} bytes: nobody has said yet who this is, and a larger frame would wait
 * in the decoder until it is whole. It leaves with the first frame, and runs on the connection's event loop.
 */
final class BeforeSetup extends ChannelInboundHandlerAdapter {
    /** Room for SETUP with the longest token that a head could hold, and its WebSocket header. */
    static final int MOST = 16 * 1024;

    /** So that what comes right after SETUP is not taken for a part of it. */
    private static final int PORTION = 1024;

    private final WebSocketConnection connection;
    private int seen;

    private BeforeSetup(WebSocketConnection connection) {
        this.connection = connection;
    }

    static void guard(Channel channel, WebSocketConnection connection) {
        ChannelHandlerContext decoder = channel.pipeline().context(WebSocketFrameDecoder.class);
        if (decoder != null) {
            channel.pipeline().addBefore(decoder.name(), "ovation.beforeSetup", new BeforeSetup(connection));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            context.fireChannelRead(message);
            return;
        }
        while (bytes.readableBytes() > PORTION && !connection.isSetUp() && seen <= MOST) {
            seen += PORTION;
            context.fireChannelRead(bytes.readRetainedSlice(PORTION));
        }
        if (connection.isSetUp()) {
            context.fireChannelRead(bytes);
            context.pipeline().remove(this);
            return;
        }
        seen += bytes.readableBytes();
        if (seen <= MOST) {
            context.fireChannelRead(bytes);
        } else {
            bytes.release();
            if (!connection.isEnding()) {
                connection.refuse("SETUP has at most " + MOST + " bytes");
            }
        }
    }
}
