package io.ovation.security;

import java.util.List;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsProcessor;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.cors.reactive.DefaultCorsProcessor;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Gives the pages that are named leave to read, and refuses all others but the server's own, as soon as any are named.
 * Where none are, a browser gives nothing to a page of another origin, for it has no leave. Immutable.
 *
 * <p>Spring's own filter compares with the address of the request, which behind a proxy that ends TLS is not what the
 * browser sees, and refuses without a body.
 */
final class OriginFilter implements WebFilter {
    private final CorsProcessor processor = new DefaultCorsProcessor();
    private final CorsConfiguration named = new CorsConfiguration();
    private final Origins origins;

    OriginFilter(Origins origins) {
        this.origins = origins;
        named.setAllowedMethods(List.of("GET", "POST", "PUT", "PATCH", "DELETE"));
        named.setAllowedHeaders(List.of("Authorization", "Content-Type", "Last-Event-ID", "X-Correlation-Id"));
        named.setExposedHeaders(List.of("Retry-After", "WWW-Authenticate", "X-Correlation-Id", "Ovation-Log"));
        named.setMaxAge(600L);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (origins.others().isEmpty()) {
            return chain.filter(exchange);
        }
        ServerHttpRequest request = exchange.getRequest();
        exchange.getResponse().getHeaders().add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        String origin = request.getHeaders().getOrigin();
        String scheme = request.getURI().getScheme();
        String host = request.getHeaders().getFirst(HttpHeaders.HOST);
        if (origin == null || origins.isOwn(origin, scheme, host)) {
            return chain.filter(exchange);
        }
        if (!origins.allowed(origin, scheme, host)) {
            return Mono.error(new Forbidden("Pages of this origin may not call this server"));
        }
        CorsConfiguration configuration = new CorsConfiguration(named);
        configuration.setAllowedOrigins(List.of(origins.isAny() ? CorsConfiguration.ALL : origin));
        if (!processor.process(configuration, exchange)) {
            return Mono.error(new Forbidden("Pages of other origins may not make such a request"));
        }
        return CorsUtils.isPreFlightRequest(request) ? Mono.empty() : chain.filter(exchange);
    }
}
