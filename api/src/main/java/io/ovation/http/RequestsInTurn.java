package io.ovation.http;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Lets one request of a connection through at a time: the next one when the answer to the one before is in the socket.
 * Reactor Netty reads on while it answers, and queues without end what a client pipelines; here the bytes wait in
 * {@link BytesInTurn}, which stops reading. All of it runs on the connection's event loop.
 *
 * <p>It also holds a request and the reading of its answer to a time, and keeps chunks from clients of HTTP/1.0, which
 * do not know them.
 */
final class RequestsInTurn extends ChannelDuplexHandler {
    private final BytesInTurn bytes = new BytesInTurn(this);
    private final Queue<Object> waiting = new ArrayDeque<>(0);
    private final PatienceSettings patience;
    private final TimedOut timedOut;

    private boolean answering;
    private boolean receiving;
    private boolean answerBegun;
    private boolean oldClient;
    private boolean endWithAnswer;
    private boolean heard;
    private @Nullable ChannelPromise answer;
    private @Nullable Future<?> requestDeadline;
    private @Nullable Future<?> answerDeadline;
    private @Nullable ChannelHandlerContext context;

    /** Answers a request that has not come in time, and which nobody has answered yet. */
    @FunctionalInterface
    interface TimedOut {
        void answer(ChannelHandlerContext context);
    }

    RequestsInTurn(PatienceSettings patience, TimedOut timedOut) {
        this.patience = patience;
        this.timedOut = timedOut;
    }

    /** What stands before the decoder and holds the bytes that must wait. */
    ChannelHandler bytes() {
        return bytes;
    }

    /** Whether bytes may be decoded now: what they hold would not have to wait. */
    boolean takesBytes() {
        return (!answering || receiving) && waiting.isEmpty();
    }

    /** Called when some bytes of a request have come, and not all. */
    void requestUnderWay() {
        if (!heard) {
            nothingIsLate();
        }
        if (requestDeadline == null || requestDeadline.isDone()) {
            requestDeadline = schedule(patience.request());
        }
    }

    /** Called when all that has come are whole requests. */
    void nothingIsLate() {
        heard = true;
        requestDeadline = cancelled(requestDeadline);
    }

    boolean isReceiving() {
        return receiving;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        requestDeadline = schedule(patience.setup());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (waiting.isEmpty() && !(answering && message instanceof HttpRequest)) {
            pass(ctx, message);
        } else {
            waiting.add(message);
        }
    }

    private void pass(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest request) {
            answering = true;
            answerBegun = false;
            receiving = true;
            oldClient = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        }
        if (message instanceof LastHttpContent) {
            receiving = false;
            bytes.requestIsWhole();
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
                ctx.write(message, promise.unvoid())
                        .addListener(written -> ctx.executor().execute(() -> leave(ctx)));
                return;
            }
            if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
                ctx.write(message, promise);
                return;
            }
            answerBegun = true;
            if (oldClient) {
                withoutChunks(response);
            }
        }
        if (!(message instanceof LastHttpContent)) {
            ctx.write(message, promise);
            return;
        }
        ChannelPromise last = promise.unvoid();
        answer = last;
        // in a turn of its own: Reactor Netty first ends what it has for this request
        ctx.write(message, last).addListener(written -> ctx.executor().execute(() -> answered(ctx)));
    }

    /** A body of unknown length then ends where the connection does. */
    private void withoutChunks(HttpResponse response) {
        if (HttpUtil.isTransferEncodingChunked(response)) {
            response.headers().remove(HttpHeaderNames.TRANSFER_ENCODING);
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            endWithAnswer = true;
        }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        ctx.flush();
        ChannelPromise last = answer;
        if (last != null && !last.isDone() && answerDeadline == null) {
            answerDeadline = schedule(patience.unread());
        }
    }

    /** Has the connection end with the answer that is under way; on its event loop. */
    void endWithAnswer() {
        if (answering) {
            endWithAnswer = true;
        }
    }

    private void answered(ChannelHandlerContext ctx) {
        answer = null;
        answerDeadline = cancelled(answerDeadline);
        answering = false;
        if (endWithAnswer) {
            ctx.close();
            return;
        }
        while (!waiting.isEmpty() && !(answering && waiting.peek() instanceof HttpRequest)) {
            pass(ctx, waiting.remove());
        }
        bytes.proceed();
    }

    /** The connection speaks another protocol from now on. */
    private void leave(ChannelHandlerContext ctx) {
        if (!ctx.isRemoved()) {
            nothingIsLate();
            ctx.pipeline().remove(bytes);
            ctx.pipeline().remove(this);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        release();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        release();
        ctx.fireChannelInactive();
    }

    private void release() {
        requestDeadline = cancelled(requestDeadline);
        answerDeadline = cancelled(answerDeadline);
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
    }

    private @Nullable Future<?> schedule(Duration time) {
        ChannelHandlerContext ctx = context;
        return ctx == null
                ? null
                : ctx.executor().schedule(() -> tooLate(ctx), time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tooLate(ChannelHandlerContext ctx) {
        if (!answerBegun && (receiving || bytes.isWithinRequest())) {
            timedOut.answer(ctx);
        }
        // what the socket does not take at once is for nobody
        ctx.close();
    }

    private static @Nullable Future<?> cancelled(@Nullable Future<?> deadline) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        return null;
    }
}
