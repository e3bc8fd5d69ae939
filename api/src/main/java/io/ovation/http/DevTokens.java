package io.ovation.http;

import java.time.Duration;
import java.util.List;

import io.ovation.limits.LimitSettings;
import io.ovation.operation.Checks;
import io.ovation.operation.StrictJson;
import io.ovation.security.Forbidden;
import io.ovation.security.Origins;
import io.ovation.security.Peer;
import io.ovation.security.TokenIssuer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code POST /api/dev/tokens}: a token for any user, for whoever asks on the machine that the server runs on. */
final class DevTokens {
    private static final String PATH = "/api/dev/tokens";
    private static final long DAY = Duration.ofDays(1).toSeconds();

    private final TokenIssuer issuer;
    private final Origins origins;
    private final StrictJson json;
    private final RequestReader reader;
    private final int longestUser;

    DevTokens(TokenIssuer issuer, Origins origins, StrictJson json, RequestReader reader, LimitSettings limits) {
        this.issuer = issuer;
        this.origins = origins;
        this.json = json;
        this.reader = reader;
        this.longestUser = limits.userLength();
    }

    /** The roles of the contract. */
    enum Role {
        analyst,
        admin
    }

    /** The fields of a request. */
    record Wish(
            String user,
            @Nullable List<Role> roles,
            @Nullable Long ttl) {}

    /** The answer. */
    record Token(String token) {}

    RouterFunction<ServerResponse> routes() {
        return RouterFunctions.route()
                .POST(PATH, this::issue)
                .route(
                        RequestPredicates.path(PATH),
                        request -> Mono.error(new HttpRejection.MethodLacking(List.of("POST"))))
                .build();
    }

    private Mono<ServerResponse> issue(ServerRequest request) {
        ServerHttpRequest asked = request.exchange().getRequest();
        String origin = asked.getHeaders().getOrigin();
        String host = asked.getHeaders().getFirst(HttpHeaders.HOST);
        if (!Peer.isOnThisMachine(asked)) {
            return Mono.error(new Forbidden("Tokens for development are given to clients on the server's own machine"
                    + " only, without a proxy between and without Connection: close"));
        }
        if (origins.isAny()) {
            return Mono.error(new Forbidden("There are no tokens for development while every page may call"));
        }
        if (origin != null && !origins.isOwn(origin, asked.getURI().getScheme(), host)) {
            return Mono.error(new Forbidden("Tokens for development are given to no page but the server's own"));
        }
        return reader.read(request.exchange().getRequest(), Wish.class)
                .map(this::token)
                .flatMap(token -> ServerResponse.ok()
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(json.write(token)));
    }

    private Token token(Wish wish) {
        Checks checks = new Checks();
        checks.user("user", wish.user(), longestUser);
        long ttl = wish.ttl() == null ? DAY : wish.ttl();
        if (ttl < 1 || ttl > DAY) {
            checks.reject("ttl", "must be between 1 and " + DAY + " seconds");
        }
        checks.done();
        List<String> roles = wish.roles() == null
                ? List.of()
                : wish.roles().stream().distinct().map(Role::name).toList();
        return new Token(issuer.issue(wish.user(), roles, Duration.ofSeconds(ttl)));
    }
}
