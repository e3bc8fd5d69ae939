package io.ovation.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import io.ovation.ValidationFailed;
import io.ovation.operation.Answer;
import io.ovation.operation.Call;
import io.ovation.operation.Calls;
import io.ovation.operation.Feature;
import io.ovation.operation.LineStream;
import io.ovation.operation.LiveStream;
import io.ovation.operation.Operation;
import io.ovation.operation.QueryString;
import io.ovation.operation.StrictJson;
import io.ovation.security.TokenVerifier;
import io.ovation.security.Unauthenticated;
import io.ovation.security.VerifiedToken;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/** All operations of all features over HTTP: one route each, and one handler for all. */
final class OperationRoutes {
    private final List<Feature> features;
    private final Calls calls;
    private final StrictJson json;
    private final RequestReader reader;
    private final LineResponses lines;

    OperationRoutes(
            List<Feature> features, Calls calls, StrictJson json, RequestReader reader, TokenVerifier verifier) {
        this.calls = calls;
        this.features = features;
        this.json = json;
        this.reader = reader;
        this.lines = new LineResponses(json, verifier);
    }

    RouterFunction<ServerResponse> routes() {
        var routes = RouterFunctions.route();
        for (Feature feature : features) {
            for (Operation<?> operation : feature.operations()) {
                HttpMethod method = operation.method();
                String path = operation.path();
                if (method != null && path != null) {
                    routes.route(
                            RequestPredicates.method(method).and(RequestPredicates.path(path)),
                            request -> handle(request, operation));
                }
            }
            for (LineStream<?> stream : feature.lines()) {
                routes.GET(stream.path(), request -> open(request, stream));
            }
        }
        return routes.build();
    }

    /** What no other route took: a method that a known path lacks, or a path that is not known. */
    RouterFunction<ServerResponse> rest() {
        Map<PathPattern, List<String>> methods = methods();
        return RouterFunctions.route()
                .path("/api", rest -> rest.route(all -> true, request -> Mono.error(lacking(request, methods))))
                .build();
    }

    private <B extends Record> Mono<ServerResponse> open(ServerRequest request, LineStream<B> stream) {
        Map<String, String> names = names(request);
        VerifiedToken token = token(request);
        return read(request, token, stream.body())
                .flatMap(body -> calls.open(stream, new Call<>(token.caller(), names, body)))
                .flatMap(answer -> lines.response(answer, token));
    }

    private static VerifiedToken token(ServerRequest request) {
        return (VerifiedToken) request.attribute(VerifiedToken.ATTRIBUTE).orElseThrow(Unauthenticated::noToken);
    }

    private <B extends Record> Mono<ServerResponse> handle(ServerRequest request, Operation<B> operation) {
        Map<String, String> names = names(request);
        VerifiedToken token = token(request);
        return read(request, token, operation.body())
                .flatMap(body -> calls.handle(operation, new Call<>(token.caller(), names, body)))
                .flatMap(this::response);
    }

    private <B extends Record> Mono<B> read(ServerRequest request, VerifiedToken token, Class<B> type) {
        return Mono.defer(() -> {
            calls.mayAsk(token.caller());
            return reader.read(request.exchange().getRequest(), type)
                    .doOnError(unreadable -> calls.unreadable(token.caller()));
        });
    }

    private Mono<ServerResponse> response(Answer answer) {
        var response = ServerResponse.status(answer.status());
        Object body = answer.body();
        return body == null
                ? response.build()
                : response.contentType(MediaType.APPLICATION_JSON).bodyValue(json.write(body));
    }

    /** The names in the path. The matching decodes them leniently, so whether they are well-formed is seen to here. */
    private static Map<String, String> names(ServerRequest request) {
        String path = request.uri().getRawPath();
        QueryString.decode(path, false);
        if (path.indexOf(';') >= 0) {
            throw new ValidationFailed("", "A semicolon in the address must be encoded");
        }
        return request.pathVariables();
    }

    private static Throwable lacking(ServerRequest request, Map<PathPattern, List<String>> methods) {
        var path = request.requestPath().pathWithinApplication();
        TreeSet<String> allowed = new TreeSet<>();
        methods.forEach((pattern, of) -> {
            if (pattern.matches(path)) {
                allowed.addAll(of);
            }
            if (allowed.contains(HttpMethod.GET.name())) {
                allowed.add(HttpMethod.HEAD.name());
            }
        });
        return allowed.isEmpty()
                ? new HttpRejection.NothingHere()
                : new HttpRejection.MethodLacking(List.copyOf(allowed));
    }

    private Map<PathPattern, List<String>> methods() {
        Map<PathPattern, List<String>> methods = new LinkedHashMap<>();
        for (Feature feature : features) {
            for (Operation<?> operation : feature.operations()) {
                if (operation.method() != null && operation.path() != null) {
                    methods.computeIfAbsent(
                                    PathPatternParser.defaultInstance.parse(operation.path()),
                                    path -> new ArrayList<>())
                            .add(operation.method().name());
                }
            }
            for (LineStream<?> stream : feature.lines()) {
                methods.computeIfAbsent(
                                PathPatternParser.defaultInstance.parse(stream.path()), path -> new ArrayList<>())
                        .add(HttpMethod.GET.name());
            }
            for (LiveStream<?> stream : feature.streams()) {
                if (stream.path() != null) {
                    methods.computeIfAbsent(
                                    PathPatternParser.defaultInstance.parse(stream.path()), path -> new ArrayList<>())
                            .add(HttpMethod.GET.name());
                }
            }
        }
        return methods;
    }
}
