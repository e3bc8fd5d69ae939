package io.ovation.http;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerResponse;

/**
 * The socket under a response that is written bit by bit. Whoever writes asks for {@link #room()} before each bit:
 * Reactor Netty takes a hundred and more of them from a body before any of them is in the socket. Any thread may call.
 */
public final class ResponseSocket {
    private final Connection connection;
    private final EventLoop loop;

    private ResponseSocket(Connection connection) {
        this.connection = connection;
        // a channel that has ended tells it no more
        this.loop = connection.channel().eventLoop();
    }

    /** The one under that response. */
    public static ResponseSocket of(ServerHttpResponse http) {
        HttpServerResponse response = ServerHttpResponseDecorator.getNativeResponse(http);
        AtomicReference<@Nullable ResponseSocket> socket = new AtomicReference<>();
        response.withConnection(connection -> socket.set(new ResponseSocket(connection)));
        return Objects.requireNonNull(socket.get());
    }

    /**
     * Completes when the next bit would not wait in the server's memory: at once, or when what was written before is in
     * the socket.
     */
    public Mono<Void> room() {
        return Mono.create(sink -> {
            if (connection.channel().isWritable()) {
                sink.success();
            } else {
                // behind what is on its way to the event loop
                loop.execute(() -> whenWritten(connection.channel(), sink));
            }
        });
    }

    /** Ends the connection, in the midst of the response if it is there. */
    public void cut() {
        connection.dispose();
    }

    /**
     * Has the connection end once the response has: whoever comes back opens another one. One of HTTP/2 stays, for it
     * carries other requests.
     */
    public void endWithResponse() {
        RequestsInTurn turns = connection.channel().pipeline().get(RequestsInTurn.class);
        if (turns != null) {
            loop.execute(turns::endWithAnswer);
        }
    }

    /**
     * An empty buffer is passed on as it is, and is written when all before it is, or when that has failed. On the
     * event loop.
     */
    static void whenWritten(Channel channel, MonoSink<Void> sink) {
        if (channel.isRegistered()) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> sink.success());
        } else {
            // it has ended meanwhile: nothing waits in it any more, and the next write fails
            sink.success();
        }
    }
}
