package io.ovation.bench.wire;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.rsocket.core.RSocketConnector;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.netty.client.WebsocketClientTransport;
import reactor.netty.http.client.HttpClient;

/**
 * Opens connections to one server, on few event-loop threads and from several loopback addresses: one address has some
 * 28,000 ports for one destination.
 */
public final class Clients implements AutoCloseable {
    private static final int CONNECTS_IN_FLIGHT = 64;
    private static final int SOURCES = 8;
    private static final long CONNECT_SECONDS = 30;

    private final int port;
    private final Tokens tokens;
    private final boolean reference;
    private final EventLoopGroup group;
    private final Bootstrap bootstrap;
    private final AtomicInteger opened = new AtomicInteger();

    /**
     * @param threads event-loop threads
     * @param reference whether to use rsocket-java; needs {@code threads} to be 1
     */
    public Clients(int port, Tokens tokens, int threads, boolean reference) {
        if (reference && threads != 1) {
            throw new IllegalArgumentException("rsocket-java as the client needs one event-loop thread");
        }
        this.port = port;
        this.tokens = tokens;
        this.reference = reference;
        IoHandlerFactory io = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        Class<? extends SocketChannel> channel =
                Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
        group = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("generator", true), io);
        bootstrap = new Bootstrap().group(group).channel(channel).option(ChannelOption.TCP_NODELAY, true);
    }

    /** The event loops, for pacing. */
    public List<EventLoop> loops() {
        List<EventLoop> loops = new ArrayList<>();
        for (EventExecutor executor : group) {
            loops.add((EventLoop) executor);
        }
        return loops;
    }

    /** Opens one connection for the user. */
    public CompletableFuture<Connection> connect(String user) {
        InetSocketAddress source = new InetSocketAddress("127.0.0." + (1 + opened.getAndIncrement() % SOURCES), 0);
        return reference ? connectReference(user, source) : connectNetty(user, source);
    }

    private CompletableFuture<Connection> connectNetty(String user, InetSocketAddress source) {
        NettyConnection connection = new NettyConnection("127.0.0.1:" + port, tokens.of(user));
        bootstrap
                .clone()
                .handler(connection)
                .localAddress(source)
                .connect("127.0.0.1", port)
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        connection.opened().completeExceptionally(done.cause());
                    }
                });
        return connection.opened();
    }

    private CompletableFuture<Connection> connectReference(String user, InetSocketAddress source) {
        HttpClient client = HttpClient.newConnection()
                .runOn(group)
                .host("127.0.0.1")
                .port(port)
                .bindAddress(() -> source)
                .headers(headers -> headers.set("Authorization", "Bearer " + tokens.of(user)));
        return RSocketConnector.create()
                .metadataMimeType("message/x.rsocket.composite-metadata.v0")
                .dataMimeType("application/json")
                .keepAlive(Duration.ofSeconds(60), Duration.ofSeconds(300))
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                .connect(WebsocketClientTransport.create(client, "/rsocket"))
                .<Connection>map(socket -> new ReferenceConnection(socket, loops().getFirst()))
                .toFuture();
    }

    /** Opens {@code count} connections, a few at a time, and returns when all are open. */
    public List<Connection> connect(int count, IntFunction<String> user) throws InterruptedException {
        Semaphore permits = new Semaphore(CONNECTS_IN_FLIGHT);
        List<CompletableFuture<Connection>> pending = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            permits.acquire();
            CompletableFuture<Connection> one = connect(user.apply(i));
            one.whenComplete((connection, error) -> permits.release());
            pending.add(one);
        }
        List<Connection> connections = new ArrayList<>(count);
        for (CompletableFuture<Connection> one : pending) {
            try {
                connections.add(one.get(CONNECT_SECONDS, TimeUnit.SECONDS));
            } catch (ExecutionException | TimeoutException e) {
                throw new IllegalStateException(
                        "connection " + connections.size() + " of " + count + " did not open", e);
            }
        }
        return connections;
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
    }
}
