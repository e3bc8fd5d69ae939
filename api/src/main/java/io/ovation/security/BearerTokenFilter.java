package io.ovation.security;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

import io.ovation.operation.QueryString;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import reactor.core.publisher.Mono;

/**
 * Verifies the token that a request carries; a request without one goes on as nobody's. What is in the query string
 * counts for live streams only: browsers cannot set a header there, and everywhere else an address is too likely to be
 * kept by somebody.
 */
final class BearerTokenFilter implements WebFilter {
    static final String PARAMETER = "access_token";
    private static final String SCHEME = "bearer ";

    private final TokenVerifier verifier;
    private final Collection<PathPattern> streams;

    BearerTokenFilter(TokenVerifier verifier, Collection<PathPattern> streams) {
        this.verifier = verifier;
        this.streams = List.copyOf(streams);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String token = token(exchange.getRequest());
        if (token == null) {
            return chain.filter(exchange);
        }
        return verifier.verify(token).flatMap(verified -> {
            exchange.getAttributes().put(VerifiedToken.ATTRIBUTE, verified);
            return chain.filter(exchange)
                    .contextWrite(ReactiveSecurityContextHolder.withAuthentication(authentication(verified)));
        });
    }

    private @Nullable String token(ServerHttpRequest request) {
        List<String> headers = request.getHeaders().getOrEmpty(HttpHeaders.AUTHORIZATION);
        List<String> parameters = isStream(request)
                ? QueryString.parse(request.getURI().getRawQuery()).getOrDefault(PARAMETER, List.of())
                : List.of();
        if (headers.size() + parameters.size() > 1) {
            throw Unauthenticated.badToken();
        }
        if (!parameters.isEmpty()) {
            return parameters.getFirst();
        }
        if (headers.isEmpty()) {
            return null;
        }
        String header = headers.getFirst();
        if (!header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            throw Unauthenticated.badToken();
        }
        return header.substring(SCHEME.length()).strip();
    }

    private boolean isStream(ServerHttpRequest request) {
        return request.getMethod() == HttpMethod.GET
                && request.getURI().getRawQuery() != null
                && streams.stream()
                        .anyMatch(pattern -> pattern.matches(request.getPath().pathWithinApplication()));
    }

    private static Authentication authentication(VerifiedToken token) {
        return UsernamePasswordAuthenticationToken.authenticated(
                token.caller().user(),
                null,
                token.roles().stream()
                        .map(role -> new SimpleGrantedAuthority("ROLE_" + role))
                        .toList());
    }
}
