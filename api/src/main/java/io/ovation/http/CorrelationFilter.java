package io.ovation.http;

import io.ovation.operation.Correlation;
import io.ovation.operation.TraceParent;
import io.ovation.trace.Traces;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Gives each request a correlation id, its client's own where it sent one, and tells it in the answer; and takes the
 * trace that the client says it is a part of. For any number of threads.
 */
final class CorrelationFilter implements WebFilter {
    static final String HEADER = "X-Correlation-Id";
    private static final String ATTRIBUTE = CorrelationFilter.class.getName();

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String id = Correlation.of(exchange.getRequest().getHeaders().getFirst(HEADER));
        exchange.getAttributes().put(ATTRIBUTE, id);
        exchange.getResponse().getHeaders().set(HEADER, id);
        String trace = exchange.getRequest().getHeaders().getFirst(Traces.KEY);
        return chain.filter(exchange)
                .contextWrite(context -> TraceParent.write(Correlation.write(context, id), trace));
    }

    static String idOf(ServerWebExchange exchange) {
        return exchange.getAttributeOrDefault(ATTRIBUTE, "") instanceof String id && !id.isEmpty()
                ? id
                : Correlation.newId();
    }
}
