package io.ovation.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a client sends while its last request is answered, as bytes: a decoded request costs the heap some
 * fourteen times what it costs the wire. At {@link #MOST_HELD} it stops reading, until the answer is out. It runs on
 * the connection's event loop.
 */
final class BytesInTurn extends ChannelDuplexHandler {
    /** Bytes from which on nothing more is read. */
    static final int MOST_HELD = 16 * 1024;

    /** Bytes that are decoded before it is looked at again whether there is a request to be answered. */
    private static final int PORTION = 1024;

    private final RequestsInTurn requests;
    private @Nullable ByteBuf held;
    private @Nullable ChannelHandlerContext context;
    private boolean stopped;
    private boolean withinRequest;
    private boolean feeding;

    BytesInTurn(RequestsInTurn requests) {
        this.requests = requests;
    }

    /** Whether a part of a request has come that is not answered yet, and the rest of it has not. */
    boolean isWithinRequest() {
        return withinRequest;
    }

    void requestIsWhole() {
        withinRequest = false;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf read)) {
            ctx.fireChannelRead(message);
            return;
        }
        ByteBuf before = held;
        if (before == null && requests.takesBytes() && read.readableBytes() <= PORTION) {
            fire(ctx, read);
        } else {
            // joined, so that what is held costs what it counts, in however small parts it came
            held = before == null && read.readableBytes() > PORTION
                    ? read
                    : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(
                            ctx.alloc(), before == null ? ctx.alloc().buffer(PORTION) : before, read);
            feed(ctx);
            stopWhereEnoughIsHeld(ctx);
        }
        lookAtTheClock();
    }

    /** Decodes what is held as far as may be, and reads on once nothing is. */
    void proceed() {
        ChannelHandlerContext ctx = context;
        if (ctx == null || ctx.isRemoved()) {
            return;
        }
        boolean some = held != null;
        feed(ctx);
        if (some) {
            ctx.fireChannelReadComplete();
            lookAtTheClock();
        }
        if (held == null) {
            stopped = false;
            // Reactor Netty reads on demand, and forgets to when a request came in just before the one ahead of it had
            // quite ended, and was then answered at once (reactor-netty #4361, in 1.3.6 and 1.3.7). A read that was
            // asked for twice is one.
            ctx.read();
        }
    }

    private void feed(ChannelHandlerContext ctx) {
        if (feeding) {
            return;
        }
        feeding = true;
        while (held != null && requests.takesBytes()) {
            ByteBuf all = held;
            if (all.readableBytes() <= PORTION) {
                held = null;
                fire(ctx, all);
            } else {
                fire(ctx, all.readRetainedSlice(PORTION));
            }
        }
        feeding = false;
    }

    /**
     * Each time that more comes, also when it had stopped: Reactor Netty may have asked for all there is in between (it
     * does for the rest of a body that nobody wants). With a read still under way, that one keeps the socket reading
     * without asking here ever again.
     */
    private void stopWhereEnoughIsHeld(ChannelHandlerContext ctx) {
        ByteBuf left = held;
        if (left != null && left.readableBytes() >= MOST_HELD) {
            stopped = true;
            ctx.channel().config().setAutoRead(false);
        }
    }

    private void fire(ChannelHandlerContext ctx, ByteBuf portion) {
        withinRequest = true;
        ctx.fireChannelRead(portion);
    }

    private void lookAtTheClock() {
        if (requests.takesBytes() && (withinRequest || requests.isReceiving())) {
            requests.requestUnderWay();
        } else {
            requests.nothingIsLate();
        }
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (!stopped) {
            ctx.read();
        }
    }

    /** What comes next is no HTTP any more. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        ByteBuf left = held;
        held = null;
        if (left != null) {
            ctx.fireChannelRead(left);
            ctx.fireChannelReadComplete();
        }
        if (stopped) {
            stopped = false;
            ctx.read();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ByteBuf left = held;
        held = null;
        if (left != null) {
            left.release();
        }
        ctx.fireChannelInactive();
    }
}
