package io.ovation.http;

import java.net.URI;
import java.net.URISyntaxException;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.ovation.Rejection;
import io.ovation.ValidationFailed;
import io.ovation.operation.Problem;
import io.ovation.operation.Problems;
import io.ovation.operation.StrictJson;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * Answers what is not HTTP, or has an address that is none, before it gets to where it would be answered without a
 * body. The connection ends with it, for nobody knows where the next request would begin.
 */
final class UnreadableRequests extends ChannelInboundHandlerAdapter {
    private final StrictJson json;
    private boolean ended;

    private UnreadableRequests(StrictJson json) {
        this.json = json;
    }

    /** The server with such a guard in each of its connections. */
    static HttpServer on(HttpServer server, StrictJson json) {
        return server.doOnChannelInit((observer, channel, address) -> {
            if (channel.pipeline().get(NettyPipeline.HttpTrafficHandler) != null) {
                channel.pipeline()
                        .addBefore(
                                NettyPipeline.HttpTrafficHandler,
                                "ovation.unreadableRequests",
                                new UnreadableRequests(json));
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (ended) {
            ReferenceCountUtil.release(message);
            return;
        }
        Rejection rejection = message instanceof HttpRequest request ? rejection(request) : null;
        if (rejection == null) {
            context.fireChannelRead(message);
            return;
        }
        ReferenceCountUtil.release(message);
        ended = true;
        Problem problem = Problems.of(rejection);
        byte[] body = json.write(problem);
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(problem.status()), Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private static @Nullable Rejection rejection(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return request.decoderResult().cause() instanceof TooLongFrameException
                    ? new HttpRejection.HeadTooLarge()
                    : new ValidationFailed("", "This is not HTTP as it should be");
        }
        String host = request.headers().get(HttpHeaderNames.HOST, "");
        return isPlain(request.uri()) && isPlain(host) || isAddress(request.uri(), host)
                ? null
                : new ValidationFailed("", "The address is not encoded as it should be");
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
