package io.ovation.security;

import java.util.Collection;
import java.util.List;

import io.ovation.ValidationFailed;
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
 * kept by somebody. Immutable.
 */
final class BearerTokenFilter implements WebFilter {
    private final TokenVerifier verifier;
    private final Collection<PathPattern> streams;

    BearerTokenFilter(TokenVerifier verifier, Collection<PathPattern> streams) {
        this.verifier = verifier;
        this.streams = List.copyOf(streams);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return Mono.deferContextual(context -> {
            String token = token(exchange.getRequest(), TokensOutOfAddresses.of(context));
            if (token == null) {
                return chain.filter(exchange);
            }
            return verifier.verify(token).flatMap(verified -> {
                exchange.getAttributes().put(VerifiedToken.ATTRIBUTE, verified);
                return chain.filter(exchange)
                        .contextWrite(ReactiveSecurityContextHolder.withAuthentication(authentication(verified)));
            });
        });
    }

    private @Nullable String token(ServerHttpRequest request, List<String> parameters) {
        List<String> headers = request.getHeaders().getOrEmpty(HttpHeaders.AUTHORIZATION);
        if (parameters.isEmpty() || isStream(request)) {
            return BearerToken.of(headers, parameters);
        }
        if (!headers.isEmpty()) {
            throw new ValidationFailed(BearerToken.PARAMETER, "is not a known parameter");
        }
        return null;
    }

    private boolean isStream(ServerHttpRequest request) {
        return request.getMethod() == HttpMethod.GET
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
