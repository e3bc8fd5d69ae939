package io.ovation.rsocket;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.ovation.Unavailable;
import io.ovation.limits.Limits;
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
    private static final Duration FIRST_FRAME = Duration.ofSeconds(10);

    /** Bytes that a frame of RSocket may have at most: a page of 200 of the longest messages has fewer. */
    private static final int LARGEST_FRAME = FrameLengthCodec.FRAME_LENGTH_MASK;

    private final Responder responder;
    private final Sessions sessions;
    private final Origins origins;
    private final Limits limits;
    private final StrictJson json;
    private final int maxFrame;
    private final String tooLarge;
    private final WebsocketServerSpec spec;
    private final ConnectionAcceptor acceptor;

    Upgrade(Responder responder, Sessions sessions, Origins origins, Limits limits, StrictJson json, int maxFrame) {
        this.responder = responder;
        this.sessions = sessions;
        this.origins = origins;
        this.limits = limits;
        this.json = json;
        this.maxFrame = maxFrame;
        this.tooLarge =
                responder.problem(new TooLarge(maxFrame), Correlation.newId()).json();
        this.spec = WebsocketServerSpec.builder()
                .maxFramePayloadLength(WebSocketConnection.LARGEST_MESSAGE * maxFrame)
                .handlePing(true)
                .build();
        this.acceptor = RSocketServer.create((setup, client) ->
                        // one server for all connections: whose SETUP this is, the context says
                        Mono.deferContextual(
                                context -> context.get(Session.class).accept(setup)))
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                // requests are held to their limit by the connection, and this one would hold the answers to it too
                .maxInboundPayloadSize(LARGEST_FRAME)
                .maxTimeToFirstFrame(FIRST_FRAME)
                .asConnectionAcceptor(LARGEST_FRAME);
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
                .map(token -> Mono.defer(() -> open(response, token)))
                .defaultIfEmpty(Mono.defer(() -> open(response, null)))
                .onErrorResume(failure -> Mono.just(refuse(response, Problems.of(failure, correlationId), failure)))
                .flatMap(answer -> answer);
    }

    private void admit(HttpServerRequest request) {
        String origin = request.requestHeaders().get(HttpHeaderNames.ORIGIN);
        if (!origins.allowed(
                origin, request.scheme(), request.requestHeaders().get(HttpHeaderNames.HOST))) {
            throw new Forbidden("Pages of this origin may not connect");
        }
        InetSocketAddress peer = request.remoteAddress();
        if (peer != null && peer.getAddress() != null) {
            limits.connect(peer.getAddress());
        }
        if (sessions.isLeaving()) {
            throw new Unavailable("The server stops", 1);
        }
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

    private Mono<Void> open(HttpServerResponse response, @Nullable VerifiedToken token) {
        return response.sendWebsocket((inbound, outbound) -> serve(inbound, outbound, token), spec);
    }

    private Mono<Void> serve(WebsocketInbound inbound, WebsocketOutbound outbound, @Nullable VerifiedToken token) {
        WebSocketConnection connection = new WebSocketConnection(inbound, outbound, maxFrame, tooLarge, sessions::now);
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
        response.status(problem.status()).header(HttpHeaderNames.CONTENT_TYPE, "application/problem+json");
        if (problem.retryAfter() != null) {
            response.header(HttpHeaderNames.RETRY_AFTER, problem.retryAfter().toString());
        }
        if (failure instanceof Unauthenticated) {
            response.header(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
        }
        return response.sendByteArray(Mono.just(json.write(problem))).then();
    }
}
