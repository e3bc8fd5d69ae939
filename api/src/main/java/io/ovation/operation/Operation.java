package io.ovation.operation;

import io.ovation.limits.Cost;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import reactor.core.publisher.Mono;

/**
 * One request-response (or fire-and-forget) feature, told once and served by every edge.
 *
 * @param method the HTTP method; null with {@code path} for a feature that HTTP lacks
 * @param path the HTTP path with {@code {names}}
 * @param route the RSocket route with the same {@code {names}}; null for a feature that RSocket lacks
 * @param body what the request carries: a record whose components are the fields of the JSON body, or of the query
 *     string where the method is GET. A name of the HTTP path that the route lacks is a field of the RSocket data
 *     instead.
 * @param cost what a request costs its user's allowance
 * @param handler what it does; called by {@link Calls} alone
 */
public record Operation<B extends Record>(
        @Nullable HttpMethod method,
        @Nullable String path,
        @Nullable String route,
        Class<B> body,
        Cost<? super B> cost,
        Handler<B> handler) {

    /**
     * What an operation does. Called on any thread, also an event loop: it must not block. Errors are
     * {@link io.ovation.Rejection}s.
     */
    @FunctionalInterface
    public interface Handler<B extends Record> {
        Mono<Answer> handle(Call<B> call);
    }

    /** An operation without any field. */
    public record Nothing() {}
}
