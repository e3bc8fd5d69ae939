package io.ovation.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.ClosedChannelException;
import java.util.List;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResultProvider;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.ovation.Rejection;
import io.ovation.ValidationFailed;
import io.ovation.operation.Problem;
import io.ovation.operation.Problems;
import io.ovation.operation.StrictJson;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;

/**
 * Answers what is not HTTP, or has an address that is none, before it gets to where it would be answered without a
 * body. The connection ends with it, for nobody knows where the next request would begin. It runs on the connection's
 * event loop.
 */
final class UnreadableRequests extends ChannelDuplexHandler {
    private static final Logger log = LoggerFactory.getLogger(UnreadableRequests.class);

    private final StrictJson json;
    private boolean answerBegun;
    private boolean ended;

    UnreadableRequests(StrictJson json) {
        this.json = json;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (ended) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest) {
            answerBegun = false;
        }
        Rejection rejection = rejection(message);
        if (rejection == null) {
            context.fireChannelRead(message);
            return;
        }
        ReferenceCountUtil.release(message);
        ended = true;
        log.debug("Not HTTP: {}", rejection.detail());
        if (answerBegun) {
            context.close();
        } else {
            answer(context, json, Problems.of(rejection)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** After an answer of ours, nobody else's: the request's own handler may still be at work. */
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (ended) {
            ReferenceCountUtil.release(message);
            promise.tryFailure(new ClosedChannelException());
            return;
        }
        if (message instanceof HttpResponse response
                && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            answerBegun = true;
        }
        context.write(message, promise);
    }

    /** Writes a problem as the last answer of its connection, past all handlers that are later in the pipeline. */
    static ChannelFuture answer(ChannelHandlerContext context, StrictJson json, Problem problem) {
        byte[] body = json.write(problem);
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(problem.status()), Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return context.writeAndFlush(response);
    }

    private static @Nullable Rejection rejection(Object message) {
        if (message instanceof DecoderResultProvider decoded && decoded.decoderResult().isFailure()) {
            return decoded.decoderResult().cause() instanceof TooLongFrameException
                    ? new HttpRejection.HeadTooLarge()
                    : noHttp();
        }
        return message instanceof HttpRequest request ? rejection(request) : null;
    }

    private static @Nullable Rejection rejection(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        HttpHeaders headers = request.headers();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)
                || !isFramedByOne(headers)
                || headers.getAll(HttpHeaderNames.HOST).size() > 1) {
            return noHttp();
        }
        String host = headers.get(HttpHeaderNames.HOST, "");
        return isPlain(request.uri()) && isPlain(host) || isAddress(request.uri(), host)
                ? null
                : new ValidationFailed("", "The address is not encoded as it should be");
    }

    /** Whether there is no doubt where the body ends: two servers in a row that see it differently can be played. */
    private static boolean isFramedByOne(HttpHeaders headers) {
        List<String> encodings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return encodings.isEmpty()
                || encodings.size() == 1
                        && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(encodings.getFirst())
                        && !headers.contains(HttpHeaderNames.CONTENT_LENGTH);
    }

    private static Rejection noHttp() {
        return new ValidationFailed("", "This is not HTTP as it should be");
    }

    /** Spares the parsing of what holds nothing that could be wrong. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = c >= 'a' && c <= 'z'
                    || c >= '-' && c <= ':'
                    || c >= 'A' && c <= 'Z'
                    || c == '_'
                    || c == '?'
                    || c == '&'
                    || c == '=';
            if (!plain) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAddress(String uri, String host) {
        try {
            new URI(uri);
            new URI("http://" + host + "/");
            return true;
        } catch (URISyntaxException none) {
            return false;
        }
    }
}
