package io.ovation.rsocket;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.ovation.ErrorCode;
import io.ovation.Rejection;
import io.ovation.Unavailable;
import io.ovation.ValidationFailed;
import io.ovation.limits.Limits;
import io.ovation.limits.Seat;
import io.ovation.operation.Correlation;
import io.ovation.operation.Problem;
import io.ovation.operation.Problems;
import io.ovation.operation.QueryString;
import io.ovation.operation.StrictJson;
import io.ovation.security.BearerToken;
import io.ovation.security.Forbidden;
import io.ovation.security.Origins;
import io.ovation.security.Unauthenticated;
import io.ovation.security.VerifiedToken;
import io.rsocket.core.RSocketServer;
import io.rsocket.frame.FrameLengthCodec;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.ServerTransport.ConnectionAcceptor;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.reactor.netty.NettyRouteProvider;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * The way in: the WebSocket upgrade at {@code /rsocket}, beside the HTTP routes of the same server. What is wrong with
 * the request is answered as HTTP, before there is a WebSocket.
 */
final class Upgrade implements NettyRouteProvider {
    private static final Logger log = LoggerFactory.getLogger(Upgrade.class);
    private static final String PATH = "/rsocket";
    private static final String SUBPROTOCOL = "rsocket";
    private static final int KEY_BYTES = 16;

    /** Only so that rsocket-java has one: {@link WebSocketConnection#tick} ends who does not set up, and says why. */
    private static final Duration FIRST_FRAME = Duration.ofMinutes(10);

    /** Bytes that a frame of RSocket may have at most: a page of 200 of the longest messages has fewer. */
    private static final int LARGEST_FRAME = FrameLengthCodec.FRAME_LENGTH_MASK;

    private final Responder responder;
    private final Sessions sessions;
    private final Origins origins;
    private final Limits limits;
    private final StrictJson json;
    private final int maxFrame;
    private final Refusals refusals;
    private final Duration setup;
    private final WebsocketServerSpec plain;
    private final WebsocketServerSpec agreed;
    private final ConnectionAcceptor acceptor;

    /**
     * @param maxFrame bytes that a frame, and a request in pieces, may have
     * @param setup how long SETUP may take
     */
    Upgrade(
            Responder responder,
            Sessions sessions,
            Origins origins,
            Limits limits,
            StrictJson json,
            int maxFrame,
            Duration setup) {
        this.responder = responder;
        this.sessions = sessions;
        this.origins = origins;
        this.limits = limits;
        this.json = json;
        this.maxFrame = maxFrame;
        this.setup = setup;
        this.refusals = responder.refusals(maxFrame);
        this.plain = spec(maxFrame).build();
        this.agreed = spec(maxFrame).protocols(SUBPROTOCOL).build();
        this.acceptor = RSocketServer.create((payload, client) ->
                        // one server for all connections: whose SETUP this is, the context says
                        Mono.deferContextual(
                                context -> context.get(Session.class).accept(payload)))
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                // requests are held to their limit by the connection, and this one would hold the answers to it too
                .maxInboundPayloadSize(LARGEST_FRAME)
                .maxTimeToFirstFrame(FIRST_FRAME)
                .asConnectionAcceptor(LARGEST_FRAME);
    }

    private static WebsocketServerSpec.Builder spec(int maxFrame) {
        return WebsocketServerSpec.builder()
                .maxFramePayloadLength(WebSocketConnection.LARGEST_MESSAGE * maxFrame)
                .handlePing(true);
    }

    @Override
    public HttpServerRoutes apply(HttpServerRoutes routes) {
        return routes.route(Upgrade::isUpgrade, this::upgrade);
    }

    private static boolean isUpgrade(HttpServerRequest request) {
        return request.method().equals(HttpMethod.GET)
                && PATH.equals(request.fullPath())
                && request.requestHeaders().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
    }

    private Publisher<Void> upgrade(HttpServerRequest request, HttpServerResponse response) {
        String correlationId = Correlation.newId();
        return Mono.defer(() -> {
                    admit(request);
                    String token = token(request);
                    return token == null
                            ? Mono.<VerifiedToken>empty()
                            : responder.verifier().verify(token);
                })
                // whose token is refused is counted as its address's, like one who brings none
                .doOnError(Unauthenticated.class, refused -> limits.connect(address(request), null).leave())
                .map(token -> open(request, response, token))
                .switchIfEmpty(Mono.fromSupplier(() -> open(request, response, null)))
                .onErrorResume(failure -> Mono.just(refuse(response, Problems.of(failure, correlationId), failure)))
                .flatMap(answer -> answer);
    }

    private static void checkHandshake(HttpHeaders headers) {
        if (!headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)) {
            throw new ValidationFailed("Connection", "must be Upgrade");
        }
        if (!List.of(WebSocketVersion.V13.toHttpHeaderValue().toString())
                .equals(headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            throw new OtherVersion();
        }
        List<String> keys = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        if (keys.size() != 1 || !isKey(keys.getFirst())) {
            throw new ValidationFailed("Sec-WebSocket-Key", "must be 16 bytes in Base64");
        }
    }

    private static boolean isKey(String text) {
        try {
            return Base64.getDecoder().decode(text.strip()).length == KEY_BYTES;
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    /** A WebSocket of a version that is not served: 426, with the one that is. */
    private static final class OtherVersion extends Rejection {
        private static final long serialVersionUID = 1L;
        private static final String ONLY_VERSION = "must be 13";

        OtherVersion() {
            super(ErrorCode.VALIDATION_FAILED, ONLY_VERSION);
        }

        @Override
        public List<FieldError> errors() {
            return List.of(new FieldError("Sec-WebSocket-Version", ONLY_VERSION));
        }
    }

    private void admit(HttpServerRequest request) {
        checkHandshake(request.requestHeaders());
        String origin = request.requestHeaders().get(HttpHeaderNames.ORIGIN);
        if (!origins.allowed(
                origin, request.scheme(), request.requestHeaders().get(HttpHeaderNames.HOST))) {
            throw new Forbidden("Pages of this origin may not connect");
        }
        if (sessions.isLeaving()) {
            throw new Unavailable("The server stops", 1);
        }
    }

    private static @Nullable InetAddress address(HttpServerRequest request) {
        InetSocketAddress peer = request.remoteAddress();
        return peer == null ? null : peer.getAddress();
    }

    private static @Nullable String token(HttpServerRequest request) {
        String uri = request.uri();
        int query = uri.indexOf('?');
        return BearerToken.of(
                request.requestHeaders().getAll(HttpHeaderNames.AUTHORIZATION),
                query < 0
                        ? List.of()
                        : QueryString.parse(uri.substring(query + 1)).getOrDefault(BearerToken.PARAMETER, List.of()));
    }

    /** Throws {@link io.ovation.limits.RateLimited} where there is no place for one more. */
    private Mono<Void> open(HttpServerRequest request, HttpServerResponse response, @Nullable VerifiedToken token) {
        Seat seat = limits.connect(
                address(request), token == null ? null : token.caller().user());
        // Reactor Netty serves nobody who offers none of the protocols that it is told to agree to
        boolean offered =
                request.requestHeaders().containsValue(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL, false);
        return response.sendWebsocket(
                        (inbound, outbound) -> serve(inbound, outbound, token), offered ? agreed : plain)
                .doFinally(how -> seat.leave());
    }

    private Mono<Void> serve(WebsocketInbound inbound, WebsocketOutbound outbound, @Nullable VerifiedToken token) {
        WebSocketConnection connection = new WebSocketConnection(inbound, outbound, maxFrame, refusals, setup,
                sessions::now);
        Session session = new Session(responder, connection, token);
        sessions.add(session);
        return acceptor.apply(connection)
                .onErrorResume(failure -> {
                    log.debug("Not set up: {}", failure.toString());
                    connection.dispose();
                    return Mono.empty();
                })
                .then(connection.onClose())
                .contextWrite(context -> context.put(Session.class, session));
    }

    private Mono<Void> refuse(HttpServerResponse response, Problem problem, Throwable failure) {
        int status = failure instanceof OtherVersion ? HttpResponseStatus.UPGRADE_REQUIRED.code() : problem.status();
        if (failure instanceof OtherVersion) {
            response.header(HttpHeaderNames.SEC_WEBSOCKET_VERSION, WebSocketVersion.V13.toHttpHeaderValue());
        }
        response.status(status).header(HttpHeaderNames.CONTENT_TYPE, "application/problem+json");
        if (problem.retryAfter() != null) {
            response.header(HttpHeaderNames.RETRY_AFTER, problem.retryAfter().toString());
        }
        if (failure instanceof Unauthenticated) {
            response.header(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
        }
        return response.sendByteArray(Mono.just(json.write(problem.withStatus(status))))
                .then();
    }
}
