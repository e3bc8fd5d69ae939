package io.ovation.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.exceptions.ApplicationErrorException;
import io.rsocket.exceptions.SetupException;
import io.rsocket.metadata.AuthMetadataCodec;
import io.rsocket.metadata.CompositeMetadataCodec;
import io.rsocket.metadata.TaggingMetadataCodec;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.transport.netty.client.WebsocketClientTransport;
import io.rsocket.util.DefaultPayload;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.netty.http.client.HttpClient;
import reactor.util.retry.Retry;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One user's connection to a server, over RSocket-WebSocket with the token in SETUP.
 *
 * <p>It connects at the first request, and again, with a new token, at the first one after a cut. Safe for use by any
 * thread; nothing here blocks. Errors are
 * {@link RequestRejected} and {@link ConnectionLost}, and nothing else.
 */
public final class OvationClient implements AutoCloseable {
    private static final String JSON = "application/json";
    private static final String COMPOSITE = WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString();
    private static final byte[] NOTHING = new byte[0];
    /** A peer that says nothing for this long is gone. */
    private static final Duration KEEPALIVE_LIFETIME = Duration.ofSeconds(20);

    private static final Duration KEEPALIVE_INTERVAL = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration PAUSE_AFTER_CUT = Duration.ofMillis(500);

    private final JsonMapper json = new JsonMapper();
    private final ServerAddress server;
    private final Mono<RSocket> connection;
    private final AtomicReference<@Nullable RSocket> open = new AtomicReference<>();

    /**
     * @param server where to connect
     * @param token the user's token, asked for at each connect
     */
    public OvationClient(ServerAddress server, Mono<String> token) {
        this.server = server;
        this.connection = RSocketConnector.create()
                .metadataMimeType(COMPOSITE)
                .dataMimeType(JSON)
                .keepAlive(KEEPALIVE_INTERVAL, KEEPALIVE_LIFETIME)
                .setupPayload(token.map(OvationClient::setup))
                .connect(() -> transport(server))
                .doOnNext(open::set)
                .cacheInvalidateWhen(socket -> socket.onClose().onErrorComplete());
    }

    /**
     * Asks {@code route} and answers its answer. Nothing is sent before the Mono is subscribed; a second subscription
     * sends again.
     */
    public Mono<JsonNode> request(String route, Object body) {
        return connection
                .flatMap(socket -> socket.requestResponse(payload(route, body)))
                .timeout(ANSWER_TIMEOUT)
                .map(answer -> json.readTree(answer.getDataUtf8()))
                .onErrorMap(this::told);
    }

    /** The frames of a stream, until it ends for whatever reason; demand goes to the server as it is. */
    public Flux<JsonNode> stream(String route, Map<String, ?> body) {
        return connection
                .flatMapMany(socket -> socket.requestStream(payload(route, body)))
                .map(frame -> json.readTree(frame.getDataUtf8()))
                .onErrorMap(this::told);
    }

    /**
     * The frames of a live stream, which is taken up again after its last cursor when the connection is cut, the server
     * drains or this reader was too slow: no
     * log frame is missed or told twice. It never completes; what can't be mended, such as {@code forbidden}, is its
     * error.
     *
     * <p>Cut before its first frame, a stream that was opened without a cursor starts live once more.
     *
     * @param after the cursor to start after; null to start live
     */
    public Flux<JsonNode> watch(String route, @Nullable String after) {
        return Flux.defer(() -> {
            Position position = new Position(after);
            return Flux.defer(() -> stream(route, position.body()))
                    .<JsonNode>handle(position::tell)
                    .concatWith(Mono.error(() -> new Interrupted(Duration.ZERO)))
                    .retryWhen(Retry.from(failures ->
                            failures.concatMap(failure -> pauseBeforeResuming(failure.failure(), position))));
        });
    }

    /** Ends the connection and every stream on it. The client can be used again: it connects anew. */
    @Override
    public void close() {
        RSocket socket = open.getAndSet(null);
        if (socket != null) {
            socket.dispose();
        }
    }

    private Mono<Long> pauseBeforeResuming(Throwable failure, Position position) {
        return switch (failure) {
            case Interrupted interrupted -> Mono.delay(atLeast(FIRST_PAUSE, interrupted.pause));
            case ConnectionLost cut -> Mono.delay(PAUSE_AFTER_CUT);
            case RequestRejected rejected
            when passes(rejected) -> Mono.delay(atLeast(FIRST_PAUSE, rejected.retryAfter()));
            case RequestRejected rejected
            when rejected.code().equals("unauthenticated") && position.takeMoved() -> {
                // the token expired under way: a new connection brings a new one
                close();
                yield Mono.delay(FIRST_PAUSE);
            }
            default -> Mono.error(failure);
        };
    }

    private static boolean passes(RequestRejected rejected) {
        return rejected.code().equals("rate_limited") || rejected.code().equals("unavailable");
    }

    private static Duration atLeast(Duration least, Duration wanted) {
        return wanted.compareTo(least) < 0 ? least : wanted;
    }

    private static WebsocketClientTransport transport(ServerAddress server) {
        HttpClient http = HttpClient.newConnection().host(server.host()).port(server.port());
        if ("https".equalsIgnoreCase(server.base().getScheme())) {
            http = http.secure();
        }
        return WebsocketClientTransport.create(http, server.rsocket().getRawPath());
    }

    private static Payload setup(String token) {
        ByteBuf bearer = AuthMetadataCodec.encodeBearerMetadata(UnpooledByteBufAllocator.DEFAULT, token.toCharArray());
        return DefaultPayload.create(NOTHING, composite(WellKnownMimeType.MESSAGE_RSOCKET_AUTHENTICATION, bearer));
    }

    private Payload payload(String route, Object body) {
        ByteBuf routing = TaggingMetadataCodec.createTaggingContent(UnpooledByteBufAllocator.DEFAULT, List.of(route));
        return DefaultPayload.create(
                json.writeValueAsBytes(body), composite(WellKnownMimeType.MESSAGE_RSOCKET_ROUTING, routing));
    }

    private static byte[] composite(WellKnownMimeType type, ByteBuf content) {
        ByteBufAllocator allocator = UnpooledByteBufAllocator.DEFAULT;
        CompositeByteBuf metadata = allocator.compositeBuffer();
        try {
            CompositeMetadataCodec.encodeAndAddMetadata(metadata, allocator, type, content);
            return ByteBufUtil.getBytes(metadata);
        } finally {
            metadata.release();
        }
    }

    private Throwable told(Throwable error) {
        return switch (error) {
            case RequestRejected rejected -> rejected;
            case ConnectionLost lost -> lost;
            case ApplicationErrorException problem -> Problems.read(json, problem.getMessage(), "unavailable");
            case SetupException refused -> Problems.read(json, refused.getMessage(), "unauthenticated");
            case WebSocketClientHandshakeException upgrade -> refusedUpgrade(upgrade);
            default -> new ConnectionLost("The connection to " + server + " was lost", error);
        };
    }

    private RuntimeException refusedUpgrade(WebSocketClientHandshakeException upgrade) {
        HttpResponse response = upgrade.response();
        int status = response == null ? 0 : response.status().code();
        return switch (status) {
            case 401 -> new RequestRejected("unauthenticated", "The server refused the token", Duration.ZERO);
            case 403 -> new RequestRejected("forbidden", "The server refused the connection", Duration.ZERO);
            case 404 ->
                new RequestRejected("not_found", "What answers at " + server + " is no Ovation server", Duration.ZERO);
            case 429 ->
                new RequestRejected("rate_limited", "The server takes no more connections now", Duration.ofSeconds(1));
            default -> new ConnectionLost("The server at " + server + " refused the connection", upgrade);
        };
    }

    /** Where a watched stream is. Signals of a stream are serial, so that volatile is enough. */
    private static final class Position {
        private volatile @Nullable String cursor;
        private volatile boolean moved;

        Position(@Nullable String cursor) {
            this.cursor = cursor;
        }

        Map<String, String> body() {
            String from = cursor;
            return from == null ? Map.of() : Map.of("after", from);
        }

        void tell(JsonNode frame, SynchronousSink<JsonNode> sink) {
            if (frame.path("type").asString("").equals("reconnect")) {
                sink.error(new Interrupted(Duration.ofMillis(frame.path("after").asLong(0))));
                return;
            }
            if (frame.path("cursor").isString()) {
                cursor = frame.path("cursor").asString();
            }
            moved = true;
            sink.next(frame);
        }

        /** Whether any frame came since this was last asked. */
        boolean takeMoved() {
            boolean was = moved;
            moved = false;
            return was;
        }
    }

    /** A stream ended without an error of its own. */
    private static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Duration pause;

        Interrupted(Duration pause) {
            super("The stream ended", null, false, false);
            this.pause = pause;
        }
    }
}
