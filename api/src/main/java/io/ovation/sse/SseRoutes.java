package io.ovation.sse;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.ovation.ValidationFailed;
import io.ovation.http.ResponseSocket;
import io.ovation.limits.Limits;
import io.ovation.limits.Seat;
import io.ovation.live.WireFrame;
import io.ovation.operation.Call;
import io.ovation.operation.Calls;
import io.ovation.operation.Feature;
import io.ovation.operation.LiveStream;
import io.ovation.operation.QueryString;
import io.ovation.operation.StrictJson;
import io.ovation.security.Peer;
import io.ovation.security.Unauthenticated;
import io.ovation.security.VerifiedToken;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** All live streams of all features as Server-Sent Events: one route each, and one handler for all. */
final class SseRoutes {
    private static final String AFTER = "after";
    private static final String LAST_EVENT_ID = "Last-Event-ID";

    private static final String LAST_EVENT_ID_IN_QUERY = "lastEventId";

    /** Parameters that are no fields of the stream: who asks, and what takes the place of {@code after}. */
    private static final Set<String> BESIDES = Set.of("access_token", LAST_EVENT_ID_IN_QUERY);

    private final List<Feature> features;
    private final Calls calls;
    private final StrictJson json;
    private final Limits limits;
    private final SseStreams streams;

    SseRoutes(List<Feature> features, Calls calls, StrictJson json, Limits limits, SseStreams streams) {
        this.features = features;
        this.calls = calls;
        this.json = json;
        this.limits = limits;
        this.streams = streams;
    }

    RouterFunction<ServerResponse> routes() {
        var routes = RouterFunctions.route();
        for (Feature feature : features) {
            for (LiveStream<?> stream : feature.streams()) {
                String path = stream.path();
                if (path != null) {
                    routes.GET(path, request -> open(request, stream));
                }
            }
        }
        return routes.build();
    }

    private <B extends Record> Mono<ServerResponse> open(ServerRequest request, LiveStream<B> stream) {
        return Mono.defer(() -> {
            VerifiedToken token =
                    (VerifiedToken) request.attribute(VerifiedToken.ATTRIBUTE).orElseThrow(Unauthenticated::noToken);
            Seat seat = limits.connect(
                    Peer.address(request.exchange().getRequest()), token.caller().user());
            return open(request, stream, token, seat).doOnError(failure -> seat.leave()).doOnCancel(seat::leave);
        });
    }

    private <B extends Record> Mono<ServerResponse> open(
            ServerRequest request, LiveStream<B> stream, VerifiedToken token, Seat seat) {
        return Mono.defer(() -> {
            checkPath(request.uri().getRawPath());
            B body = json.readQuery(query(request), stream.body(), BESIDES);
            Flux<WireFrame> frames = calls.open(stream, new Call<>(token.caller(), request.pathVariables(), body));
            return streams.open(frames, token, seat).flatMap(SseRoutes::response);
        });
    }

    private static Mono<ServerResponse> response(SseStream stream) {
        return ServerResponse.ok()
                .contentType(MediaType.TEXT_EVENT_STREAM)
                .cacheControl(CacheControl.noStore())
                // a proxy that collects what it passes on would hold frames back
                .header("X-Accel-Buffering", "no")
                .headers(headers -> stream.headers().forEach(headers::set))
                .body((http, context) -> http.writeAndFlushWith(stream.batches(ResponseSocket.of(http))
                                .map(batch -> batch.filter(bytes -> bytes.length > 0)
                                        .map(http.bufferFactory()::wrap)
                                        // one that is known to be single would be sent as a whole body, with its length
                                        .flux()))
                        // of a HEAD nothing is ever written, and nothing would end it
                        .doFinally(how -> stream.cancel()));
    }

    /** The query of the request, with the last event's id in the place of {@code after}. */
    private static @Nullable String query(ServerRequest request) {
        String query = request.uri().getRawQuery();
        String last = lastEventId(request, query);
        if (last.isEmpty()) {
            return query;
        }
        Stream<String> others = query == null
                ? Stream.empty()
                : Arrays.stream(query.split("&", -1))
                        .filter(pair -> !QueryString.parse(pair).containsKey(AFTER));
        return Stream.concat(others, Stream.of(AFTER + "=" + URLEncoder.encode(last, StandardCharsets.UTF_8)))
                .collect(Collectors.joining("&"));
    }

    /** The header's, or else the query's, for clients that cannot set a header; empty for none. */
    private static String lastEventId(ServerRequest request, @Nullable String query) {
        String header = request.headers().firstHeader(LAST_EVENT_ID);
        if (header != null && !header.isEmpty()) {
            return header;
        }
        List<String> given = QueryString.parse(query).getOrDefault(LAST_EVENT_ID_IN_QUERY, List.of());
        if (given.size() > 1) {
            throw new ValidationFailed(LAST_EVENT_ID_IN_QUERY, "is given more than once");
        }
        return given.isEmpty() ? "" : given.getFirst();
    }

    /** The matching decodes the names in the path leniently, so whether they are well-formed is seen to here. */
    private static void checkPath(String path) {
        QueryString.decode(path, false);
        if (path.indexOf(';') >= 0) {
            throw new ValidationFailed("", "A semicolon in the address must be encoded");
        }
    }
}
