package io.ovation.acceptance;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.ovation.wirecheck.WireDocuments;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.exceptions.ApplicationErrorException;
import io.rsocket.metadata.AuthMetadataCodec;
import io.rsocket.metadata.CompositeMetadataCodec;
import io.rsocket.metadata.TaggingMetadataCodec;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.transport.netty.client.WebsocketClientTransport;
import io.rsocket.util.DefaultPayload;
import io.rsocket.util.EmptyPayload;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.LoopResources;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One RSocket connection over WebSocket. */
final class RSocketApi implements Api {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LIFETIME = Duration.ofMinutes(10);
    private static final ByteBufAllocator HEAP = UnpooledByteBufAllocator.DEFAULT;
    private static final LoopResources LOOPS = LoopResources.create("rsocket-client", 2, true);

    private final String user;
    private final RSocket socket;
    private final Channel channel;

    private RSocketApi(String user, RSocket socket, Channel channel) {
        this.user = user;
        this.socket = socket;
        this.channel = channel;
    }

    /**
     * How a connection shows its token; whatever is null is not there at all.
     *
     * @param header in the header of the upgrade
     * @param query in the address of the upgrade
     * @param setup in the metadata of SETUP
     */
    record Login(
            @Nullable String header,
            @Nullable String query,
            @Nullable String setup) {
        static Login inSetup(String token) {
            return new Login(null, null, token);
        }
    }

    /**
     * Connects, with the token in SETUP.
     *
     * @throws Lost when that fails
     */
    static RSocketApi connect(OvationServer server, String user, String token) {
        return connect(server, user, Login.inSetup(token), LOOPS, LIFETIME);
    }

    /** A connection with an event loop of its own, which {@link #stopReading} can hold up. */
    static RSocketApi connectOnItsOwnLoop(OvationServer server, String user, String token) {
        return connectOnItsOwnLoop(server, user, token, LIFETIME);
    }

    /** The same; the server is to close it when it has been silent for that long. */
    static RSocketApi connectOnItsOwnLoop(OvationServer server, String user, String token, Duration lifetime) {
        return connect(server, user, Login.inSetup(token), LoopResources.create("own", 1, true), lifetime);
    }

    static RSocketApi connect(OvationServer server, String user, Login login) {
        return connect(server, user, login, LOOPS, LIFETIME);
    }

    private static RSocketApi connect(
            OvationServer server, String user, Login login, LoopResources loops, Duration lifetime) {
        AtomicReference<@Nullable Channel> channel = new AtomicReference<>();
        HttpClient http = HttpClient.newConnection()
                .runOn(loops)
                .host(OvationServer.HOST)
                .port(server.port())
                .bindAddress(RSocketApi::anyLoopbackAddress)
                // a client that is gone without a word: the socket is reset when it is closed
                .option(ChannelOption.SO_LINGER, 0)
                .doOnConnected(connection -> channel.set(connection.channel()));
        String path = login.query == null ? "/rsocket" : "/rsocket?access_token=" + Endpoint.encode(login.query);
        WebsocketClientTransport transport = WebsocketClientTransport.create(http, path);
        if (login.header != null) {
            transport.header("Authorization", "Bearer " + login.header);
        }
        Payload setup = login.setup == null
                ? EmptyPayload.INSTANCE
                : DefaultPayload.create(Unpooled.EMPTY_BUFFER, authentication(login.setup));
        try {
            RSocket socket = RSocketConnector.create()
                    .metadataMimeType(WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString())
                    .dataMimeType("application/json")
                    .keepAlive(lifetime.dividedBy(30), lifetime)
                    .setupPayload(setup)
                    .connect(transport)
                    .blockOptional(PATIENCE)
                    .orElseThrow();
            Channel connected = channel.get();
            if (connected == null) {
                throw new IllegalStateException("Connected without a channel");
            }
            return new RSocketApi(user, socket, connected);
        } catch (RuntimeException e) {
            throw new Lost(e);
        }
    }

    /**
     * Every connection comes from an address of its own, as if from another machine, and is not limited by what the
     * others do.
     */
    private static SocketAddress anyLoopbackAddress() {
        var random = ThreadLocalRandom.current();
        return new InetSocketAddress(
                "127.%d.%d.%d".formatted(random.nextInt(1, 255), random.nextInt(256), random.nextInt(1, 255)), 0);
    }

    @Override
    public String user() {
        return user;
    }

    @Override
    public Reply call(Endpoint endpoint, Map<String, String> names, ObjectNode fields) {
        String route = endpoint.route(names);
        String data = endpoint.data(names, fields).toString();
        Reply reply = call(route, data);
        if (reply.ok()) {
            described().answer(route, data, reply.text());
        } else {
            described().refusal(route, reply.text());
        }
        return reply;
    }

    private WireDocuments described() {
        return Described.by(((InetSocketAddress) channel.remoteAddress()).getPort());
    }

    /** One request-response of that route with that data, well-formed or not. */
    Reply call(String route, String data) {
        return call(route, data.getBytes(StandardCharsets.UTF_8));
    }

    Reply call(String route, byte[] data) {
        return request(DefaultPayload.create(Unpooled.wrappedBuffer(data), routing(route)))
                .blockOptional(PATIENCE)
                .orElseThrow();
    }

    /** One request-response that says which trace it is a part of, as Micrometer's clients of RSocket do. */
    Reply call(String route, String data, String traceparent) {
        CompositeByteBuf metadata = HEAP.compositeHeapBuffer();
        metadata.addComponent(true, routing(route));
        CompositeMetadataCodec.encodeAndAddMetadata(
                metadata, HEAP, "traceparent", Unpooled.copiedBuffer(traceparent, StandardCharsets.US_ASCII));
        return request(DefaultPayload.create(Unpooled.copiedBuffer(data, StandardCharsets.UTF_8), metadata))
                .blockOptional(PATIENCE)
                .orElseThrow();
    }

    /** One request-response with that payload; fails with {@link Lost} when no answer can come any more. */
    Mono<Reply> request(Payload payload) {
        return socket.requestResponse(payload)
                .map(answer -> Reply.ofRSocket(answer.getDataUtf8()))
                .onErrorResume(
                        ApplicationErrorException.class,
                        error -> Mono.just(Reply.ofRSocketError(String.valueOf(error.getMessage()))))
                .onErrorMap(error -> new Lost(error));
    }

    Mono<Reply> sending(String conversationId, ObjectNode message) {
        return request(DefaultPayload.create(
                Unpooled.copiedBuffer(message.toString(), StandardCharsets.UTF_8),
                routing("conversations." + conversationId + ".send")));
    }

    /** The same without waiting until it is out. */
    void tell(String route, String data) {
        socket.fireAndForget(payload(route, data)).subscribe(sent -> {}, lost -> {});
    }

    void fireAndForget(String route, String data) {
        socket.fireAndForget(payload(route, data)).block(PATIENCE);
    }

    @Override
    public RSocketStream watch(String conversationId, @Nullable String after) {
        return watch(conversationId, after, Integer.MAX_VALUE);
    }

    @Override
    public RSocketStream watchInbox(@Nullable String after) {
        return stream(
                "inbox.watch",
                (after == null ? Json.object() : Json.object("after", after)).toString(),
                Integer.MAX_VALUE);
    }

    @Override
    public RSocketStream watchList(@Nullable String after) {
        return stream(
                "conversations.watch",
                (after == null ? Json.object() : Json.object("after", after)).toString(),
                Integer.MAX_VALUE);
    }

    /** A stream that asks for that many frames until {@link RSocketStream#request} asks for more. */
    RSocketStream watch(String conversationId, @Nullable String after, int initialDemand) {
        ObjectNode data = after == null ? Json.object() : Json.object("after", after);
        return stream("conversations." + conversationId + ".watch", data.toString(), initialDemand);
    }

    RSocketStream stream(String route, String data, int initialDemand) {
        WireDocuments documents = described();
        RSocketStream stream =
                new RSocketStream(this, new Frames(frame -> documents.frame(route, frame.toString())), initialDemand);
        socket.requestStream(payload(route, data)).subscribe(stream.subscriber);
        return stream;
    }

    /** Takes nothing from the socket any more until the latch is open. Of a connection on its own loop only. */
    void stopReading(CountDownLatch until) {
        channel.eventLoop().execute(() -> {
            try {
                until.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Completes when the connection has ended; fails with what the server said, if it did. */
    Mono<Void> closed() {
        return socket.onClose();
    }

    boolean isOpen() {
        return !socket.isDisposed();
    }

    /** Destroys the socket. */
    void cut() {
        channel.close();
        await();
    }

    @Override
    public void close() {
        socket.dispose();
        await();
    }

    private void await() {
        Await.until("the connection is closed", PATIENCE, () -> !channel.isActive());
    }

    private static Payload payload(String route, String data) {
        return DefaultPayload.create(Unpooled.copiedBuffer(data, StandardCharsets.UTF_8), routing(route));
    }

    static ByteBuf routing(String route) {
        return composite(
                WellKnownMimeType.MESSAGE_RSOCKET_ROUTING,
                TaggingMetadataCodec.createTaggingContent(HEAP, List.of(route)));
    }

    static ByteBuf authentication(String token) {
        return composite(
                WellKnownMimeType.MESSAGE_RSOCKET_AUTHENTICATION,
                AuthMetadataCodec.encodeBearerMetadata(HEAP, token.toCharArray()));
    }

    private static ByteBuf composite(WellKnownMimeType type, ByteBuf content) {
        CompositeByteBuf metadata = HEAP.compositeHeapBuffer();
        CompositeMetadataCodec.encodeAndAddMetadata(metadata, HEAP, type, content);
        return metadata;
    }

    /** One request-stream. */
    static final class RSocketStream implements Live {
        private final Frames frames;
        private final RSocketApi api;
        private final Subscriber subscriber;

        private RSocketStream(RSocketApi api, Frames frames, int initialDemand) {
            this.api = api;
            this.frames = frames;
            this.subscriber = new Subscriber(frames, initialDemand);
        }

        @Override
        public Frames frames() {
            return frames;
        }

        void request(int more) {
            subscriber.request(more);
        }

        @Override
        public void cut() {
            api.cut();
        }

        /** Cancels; the connection stays. */
        @Override
        public void close() {
            subscriber.cancel();
        }
    }

    private static final class Subscriber extends BaseSubscriber<Payload> {
        private final Frames frames;
        private final int initialDemand;

        private Subscriber(Frames frames, int initialDemand) {
            this.frames = frames;
            this.initialDemand = initialDemand;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(initialDemand);
        }

        @Override
        protected void hookOnNext(Payload payload) {
            frames.add(Json.parse(payload.getDataUtf8()));
        }

        @Override
        protected void hookOnComplete() {
            frames.end(null, "completed");
        }

        @Override
        protected void hookOnError(Throwable error) {
            frames.end(error instanceof ApplicationErrorException ? errorObject(error) : null, error.toString());
        }

        private static @Nullable JsonNode errorObject(Throwable error) {
            try {
                return Json.parse(String.valueOf(error.getMessage()));
            } catch (JacksonException e) {
                return null;
            }
        }
    }
}
