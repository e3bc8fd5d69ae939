package io.ovation.client;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
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
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One user's connection, opened at the first use and again, with another token, at the first one after a cut; its token
 * is renewed before it expires. Safe for use by any thread: the connection is Reactor's, and the open one is exchanged
 * at once.
 */
final class Connection {
    private static final String JSON = "application/json";
    private static final String COMPOSITE = WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString();
    private static final byte[] NOTHING = new byte[0];
    /** A peer that says nothing for this long is gone. */
    private static final Duration KEEPALIVE_LIFETIME = Duration.ofSeconds(20);

    private static final Duration KEEPALIVE_INTERVAL = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);
    /** So long before a token expires the next one is asked for; of a short-lived one, at four fifths of its time. */
    private static final Duration AHEAD = Duration.ofMinutes(1);

    private static final Duration SOONEST = Duration.ofSeconds(1);
    /** A connection that has held for so long has forgotten the failures before it. */
    private static final Duration STABLE = Duration.ofSeconds(30);

    private final JsonMapper json = new JsonMapper();
    private final ServerAddress server;
    private final Mono<String> token;
    private final Clock clock;
    private final Backoff backoff = new Backoff();
    private final Mono<RSocket> connection;
    private final AtomicReference<@Nullable RSocket> open = new AtomicReference<>();

    Connection(ServerAddress server, Mono<String> token, Clock clock) {
        this.server = server;
        this.token = token;
        this.clock = clock;
        this.connection = token.flatMap(this::connect)
                .doOnNext(open::set)
                .cacheInvalidateWhen(socket -> socket.onClose().onErrorComplete());
    }

    /** Asks once. */
    Mono<JsonNode> request(String route, Object body) {
        return connection
                .flatMap(socket -> socket.requestResponse(payload(route, body)))
                .timeout(ANSWER_TIMEOUT)
                .map(this::read)
                .onErrorMap(this::told);
    }

    /** One stream, to its end. */
    Flux<JsonNode> stream(String route, Object body) {
        return connection
                .flatMapMany(socket -> socket.requestStream(payload(route, body)))
                .map(this::read)
                .onErrorMap(this::told);
    }

    /** Tells, where there is a connection to tell it on. */
    Mono<Void> fire(String route, Object body) {
        return Mono.defer(() -> {
            RSocket socket = open.get();
            return socket == null || socket.isDisposed() ? Mono.empty() : socket.fireAndForget(payload(route, body));
        });
    }

    /** How long to wait before the next attempt. */
    Duration pause(Duration retryAfter) {
        return backoff.next(retryAfter);
    }

    void close() {
        RSocket socket = open.getAndSet(null);
        if (socket != null) {
            socket.dispose();
        }
    }

    private Mono<RSocket> connect(String first) {
        return RSocketConnector.create()
                .metadataMimeType(COMPOSITE)
                .dataMimeType(JSON)
                .keepAlive(KEEPALIVE_INTERVAL, KEEPALIVE_LIFETIME)
                .setupPayload(setup(first))
                .connect(transport(server))
                .doOnNext(socket -> {
                    Disposable renewal = renewals(socket, first).subscribe(nothing -> {}, failure -> {});
                    Disposable held = Mono.delay(STABLE).subscribe(now -> backoff.forget());
                    socket.onClose().onErrorComplete().doFinally(how -> {
                                renewal.dispose();
                                held.dispose();
                            })
                            .subscribe();
                });
    }

    /** Brings a new token before the one that counts expires, again and again; never for one that does not say when. */
    private Mono<Void> renewals(RSocket socket, String counts) {
        Duration left = left(counts);
        if (left == null) {
            return Mono.empty();
        }
        Duration ahead = left.dividedBy(5).compareTo(AHEAD) < 0 ? left.dividedBy(5) : AHEAD;
        Duration due = left.minus(ahead).compareTo(SOONEST) < 0 ? SOONEST : left.minus(ahead);
        return Mono.delay(due)
                .then(token)
                .flatMap(next -> socket.requestResponse(payload("session.refresh", Map.of("token", next)))
                        .thenReturn(next))
                .onErrorResume(failure -> {
                    // not yet: tried again while the old one counts, and after that the server ends the connection
                    RuntimeException told = told(failure);
                    return told instanceof RequestRejected ? Mono.error(told) : Mono.just(counts);
                })
                .doOnError(refused -> socket.dispose())
                .flatMap(next -> renewals(socket, next));
    }

    /** How long a token is good for, by its own word; null where it does not say. */
    private @Nullable Duration left(String jwt) {
        String[] parts = jwt.split("\\.", -1);
        if (parts.length < 2) {
            return null;
        }
        try {
            byte[] claims = Base64.getUrlDecoder().decode(parts[1]);
            JsonNode exp = json.readTree(new String(claims, StandardCharsets.UTF_8)).path("exp");
            return exp.isNumber() ? Duration.ofMillis(exp.asLong() * 1_000 - clock.millis()) : null;
        } catch (IllegalArgumentException | JacksonException e) {
            // no JWT: the server says what it is worth
            return null;
        }
    }

    private JsonNode read(Payload payload) {
        String data = payload.getDataUtf8();
        payload.release();
        return json.readTree(data.isEmpty() ? "{}" : data);
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

    private RuntimeException told(Throwable error) {
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
}
