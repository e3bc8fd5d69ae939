package io.ovation.client;

import java.nio.channels.ClosedChannelException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.exceptions.ApplicationErrorException;
import io.rsocket.exceptions.SetupException;
import io.rsocket.transport.netty.client.WebsocketClientTransport;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.client.HttpClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One user's connection, opened at the first use and again, with another token, at the first one after a cut; its token
 * is renewed before it expires. Safe for use by any thread: the link that there is is exchanged at once, and each link
 * ends once.
 */
final class Connection {
    private static final System.Logger LOG = System.getLogger("io.ovation.client");
    /** A peer that says nothing for this long is gone. */
    private static final Duration KEEPALIVE_LIFETIME = Duration.ofSeconds(20);

    private static final Duration KEEPALIVE_INTERVAL = Duration.ofSeconds(5);

    /** A supplier that never answers would hold up everything else. */
    private static final Duration TOKEN_TIMEOUT = Duration.ofSeconds(15);

    /** So would a proxy that swallows the upgrade. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(15);

    /**
     * Bytes of a frame beyond which a request is sent in pieces. One that the server takes is never; one that is too
     * large is turned down by itself, where a message of its size would end the connection with all that is on it.
     */
    private static final int LARGEST_FRAME = 64 * 1024;

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);
    /** A connection that has held for so long has forgotten the failures before it. */
    private static final Duration STABLE = Duration.ofSeconds(30);

    private final JsonMapper json = new JsonMapper();
    private final Payloads payloads = new Payloads(json);
    private final ServerAddress server;
    private final Mono<String> token;
    private final Clock clock;
    private final Backoff backoff = new Backoff();
    private final AtomicReference<@Nullable Link> current = new AtomicReference<>();
    private final Sinks.Empty<Void> closing = Sinks.empty();
    private volatile boolean closed;
    /** Empty from when the next attempt may be made. All who wait share it, so that they make one attempt together. */
    private volatile Sinks.Empty<Void> due = Sinks.empty();

    Connection(ServerAddress server, Mono<String> token, Clock clock) {
        this.server = server;
        this.token = token.switchIfEmpty(Mono.error(() -> new IllegalStateException("It gave no token")))
                .timeout(TOKEN_TIMEOUT, Mono.error(() -> new TimeoutException("It took too long")))
                .onErrorMap(Connection::supplied)
                .doOnError(NoToken.class, none -> LOG.log(System.Logger.Level.WARNING, none.getMessage()));
        this.clock = clock;
        due.tryEmitEmpty();
    }

    /** Asks once. */
    Mono<JsonNode> request(String route, Object body) {
        return request(route, body, rejected -> false);
    }

    /**
     * Asks once.
     *
     * @param isDone whether the server's refusal of the request means that it is done: then this is empty. A refusal of
     *     the connection is none of the request, though it may have the same code
     */
    Mono<JsonNode> request(String route, Object body, Predicate<RequestRejected> isDone) {
        return Mono.defer(() -> {
            Link link = link();
            return link.opened().flatMap(socket -> socket.requestResponse(payloads.request(route, body))
                    .timeout(ANSWER_TIMEOUT)
                    .map(payloads::read)
                    .onErrorMap(error -> link.told(socket, error))
                    .onErrorComplete(error -> error instanceof RequestRejected rejected && isDone.test(rejected)));
        });
    }

    /** One stream, to its end. */
    Flux<JsonNode> stream(String route, Object body) {
        return Flux.defer(() -> {
            Link link = link();
            return link.opened().flatMapMany(socket -> socket.requestStream(payloads.request(route, body))
                    .map(payloads::read)
                    .onErrorMap(error -> link.told(socket, error)));
        });
    }

    /** Tells, where there is a connection to tell it on. */
    Mono<Void> fire(String route, Object body) {
        return Mono.defer(() -> {
            Link link = current.get();
            RSocket socket = link == null ? null : link.socket;
            return socket == null || socket.isDisposed()
                    ? Mono.empty()
                    : socket.fireAndForget(payloads.request(route, body)).onErrorComplete();
        });
    }

    /** Completes when it is time to ask: at once, unless the next attempt to connect is not due yet. */
    Mono<Void> ready() {
        return Mono.defer(() -> isLost() ? due.asMono() : Mono.empty());
    }

    /** What was lost with the connection waits for the next one; what was lost on one that holds, for its own pause. */
    Mono<Long> pauseAfterLoss(Backoff own) {
        return Mono.defer(() -> isLost() ? Mono.just(0L) : Mono.delay(own.next()));
    }

    /** Whether there is neither a connection nor an attempt. */
    private boolean isLost() {
        return current.get() == null;
    }

    /** The same work, which fails with {@link ClientClosed} as soon as this is closed; then it is not begun. */
    <T> Mono<T> untilClosed(Mono<T> work) {
        // takeUntilOther cancels the work when the other completes, and not when it fails
        return Mono.defer(() -> closed
                ? Mono.error(new ClientClosed())
                : work.takeUntilOther(closing.asMono()).switchIfEmpty(orClosed()));
    }

    /** The same work, which fails with {@link ClientClosed} as soon as this is closed; then it is not begun. */
    <T> Flux<T> untilClosed(Flux<T> work) {
        return Flux.defer(() -> closed
                ? Flux.error(new ClientClosed())
                : work.takeUntilOther(closing.asMono()).concatWith(orClosed()));
    }

    private <T> Mono<T> orClosed() {
        return Mono.defer(() -> closed ? Mono.error(new ClientClosed()) : Mono.empty());
    }

    /** Ends the connection, or the attempt at one, and all that is asked and watched. There is none after it. */
    void close() {
        closed = true;
        closing.tryEmitEmpty();
        Link link = current.get();
        if (link != null) {
            link.drop();
        }
    }

    /** The link that there is, or a new one that is on its way. */
    private Link link() {
        while (true) {
            Link link = current.get();
            if (link != null) {
                return link;
            }
            Link fresh = new Link();
            if (current.compareAndSet(null, fresh)) {
                if (closed) {
                    // close() may have looked before there was this one
                    fresh.drop();
                    throw new ClientClosed();
                }
                fresh.open();
                return fresh;
            }
        }
    }

    /** One more failure of the connection, however many waited for it or had something on it. */
    private void pause(Throwable failure) {
        Sinks.Empty<Void> next = Sinks.empty();
        due = next;
        Duration retryAfter = failure instanceof RequestRejected rejected ? rejected.retryAfter() : Duration.ZERO;
        Mono.delay(backoff.next(retryAfter)).subscribe(now -> next.tryEmitEmpty());
    }

    private Mono<RSocket> connect(String first) {
        return RSocketConnector.create()
                .metadataMimeType(Payloads.METADATA)
                .dataMimeType(Payloads.DATA)
                .keepAlive(KEEPALIVE_INTERVAL, KEEPALIVE_LIFETIME)
                .fragment(LARGEST_FRAME)
                .setupPayload(Payloads.setup(first))
                .connect(transport(server));
    }

    private Mono<Void> renewals(RSocket socket, String first) {
        return new Renewals(
                        token,
                        next -> socket.requestResponse(payloads.request("session.refresh", Map.of("token", next)))
                                .doOnNext(Payload::release)
                                .onErrorMap(error -> told(error, true)),
                        clock,
                        first)
                .run();
    }

    /**
     * One connection, from the attempt at it to its end. Safe for use by any thread: it ends once, and what belongs to
     * it is disposed of with it, also what comes later.
     */
    private final class Link {
        private final Sinks.One<RSocket> opening = Sinks.one();
        private final Disposable.Composite parts = Disposables.composite();
        private final AtomicBoolean ended = new AtomicBoolean();
        private volatile @Nullable RSocket socket;

        Mono<RSocket> opened() {
            return opening.asMono();
        }

        /** Makes the attempt, which goes on though all who wait for it give up: the next one finds it. */
        void open() {
            parts.add(token.flatMap(first -> connect(first)
                            .timeout(CONNECT_TIMEOUT)
                            .onErrorMap(error -> Connection.this.told(error, false))
                            .doOnNext(connected -> {
                                // one that comes when the attempt has been given up is disposed of at once
                                parts.add(connected);
                                parts.add(renewals(connected, first).subscribe(nothing -> {}, this::cut));
                            }))
                    .subscribe(this::hold, this::fail));
        }

        private void hold(RSocket connected) {
            socket = connected;
            parts.add(Mono.delay(STABLE).subscribe(now -> backoff.forget()));
            connected.onClose().subscribe(nothing -> {}, this::cut, () -> cut(new ClosedChannelException()));
            due.tryEmitEmpty();
            opening.tryEmitValue(connected);
        }

        private void fail(Throwable failure) {
            // what is not asked again by itself needs no pause: it would hold up whoever has mended it
            boolean again = failure instanceof ConnectionLost
                    || failure instanceof NoToken none && none.isPassing()
                    || failure instanceof RequestRejected rejected && rejected.isPassing();
            end(again ? failure : null, failure);
        }

        /** It ended, though it was wanted. */
        private void cut(Throwable why) {
            end(why, lost(why, false));
        }

        /** It is wanted no more: the next one who asks connects anew. While it is not open, only close() does this. */
        void drop() {
            end(null, new ClientClosed());
        }

        /**
         * @param failure what counts against the connection; null for nothing
         * @param told to who waits for it to open
         */
        private void end(@Nullable Throwable failure, Throwable told) {
            if (ended.compareAndSet(false, true)) {
                if (failure != null) {
                    // first, or who finds no link would connect at once
                    pause(failure);
                }
                current.compareAndSet(this, null);
                parts.dispose();
                opening.tryEmitError(told);
            }
        }

        /** What an error on this link means for who asked; and for the link, if that is not known yet. */
        RuntimeException told(RSocket asked, Throwable error) {
            RuntimeException told = Connection.this.told(error, true);
            if (told instanceof RequestRejected rejected && rejected.isOfTheToken()) {
                // a new connection brings a new token
                drop();
            } else if (asked.isDisposed()) {
                cut(told);
            }
            return told;
        }
    }

    /** What the library's own suppliers fail with says enough. */
    private static Throwable supplied(Throwable failure) {
        return failure instanceof ConnectionLost || failure instanceof RequestRejected ? failure : new NoToken(failure);
    }

    private static WebsocketClientTransport transport(ServerAddress server) {
        HttpClient http = HttpClient.newConnection().host(server.host()).port(server.port());
        if ("https".equalsIgnoreCase(server.base().getScheme())) {
            http = http.secure();
        }
        return WebsocketClientTransport.create(http, server.rsocket().getRawPath());
    }

    /** @param underWay whether something was asked, which may have got to the server */
    private RuntimeException told(Throwable error, boolean underWay) {
        return switch (error) {
            case RequestRejected rejected -> rejected;
            case ConnectionLost lost -> lost;
            case ApplicationErrorException problem -> Problems.read(json, problem.getMessage(), "unavailable");
            case SetupException refused -> Problems.read(json, refused.getMessage(), "unauthenticated");
            case WebSocketClientHandshakeException upgrade -> refusedUpgrade(upgrade);
            default -> lost(error, underWay);
        };
    }

    private ConnectionLost lost(Throwable error, boolean underWay) {
        return new ConnectionLost("The connection to " + server + " was lost", error, underWay);
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
