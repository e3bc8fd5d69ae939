package io.ovation.security;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

import io.ovation.ValidationFailed;
import io.ovation.operation.QueryString;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Takes tokens out of the address of a request before anything else sees it: what fails later is logged, by this server
 * or by what it is made of, with the address that it has. Immutable.
 */
final class TokensOutOfAddresses implements HttpHandlerDecoratorFactory {
    private static final List<String> NONE = List.of();

    /** The values that the address had as {@link BearerToken#PARAMETER}, still encoded. */
    private record Taken(List<String> values) {}

    @Override
    public HttpHandler apply(HttpHandler handler) {
        return (request, response) -> handle(handler, request, response);
    }

    private static Mono<Void> handle(HttpHandler handler, ServerHttpRequest request, ServerHttpResponse response) {
        URI address = request.getURI();
        String query = address.getRawQuery();
        if (query == null) {
            return handler.handle(request, response);
        }
        List<String> taken = new ArrayList<>(1);
        List<String> others = new ArrayList<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (isToken(name)) {
                taken.add(equals < 0 ? "" : pair.substring(equals + 1));
            } else {
                others.add(pair);
            }
        }
        if (taken.isEmpty()) {
            return handler.handle(request, response);
        }
        String whole = address.toString();
        String rest = others.isEmpty() ? "" : "?" + String.join("&", others);
        URI without = URI.create(whole.substring(0, whole.indexOf('?')) + rest);
        return handler.handle(request.mutate().uri(without).build(), response)
                .contextWrite(context -> context.put(Taken.class, new Taken(taken)));
    }

    /** The tokens that the address of this request had. Throws {@link ValidationFailed} for what cannot be decoded. */
    static List<String> of(ContextView context) {
        return context.<Taken>getOrEmpty(Taken.class).map(Taken::values).orElse(NONE).stream()
                .map(value -> QueryString.decode(value, true))
                .toList();
    }

    private static boolean isToken(String name) {
        try {
            return BearerToken.PARAMETER.equals(QueryString.decode(name, true));
        } catch (ValidationFailed malformed) {
            return false;
        }
    }
}
