package io.ovation.operation;

import io.ovation.limits.Cost;
import io.ovation.live.WireFrame;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * One live stream, told once and served as SSE and as an RSocket request-stream.
 *
 * @param path the HTTP path (GET) with {@code {names}}
 * @param route the RSocket route with the same {@code {names}}
 * @param body the fields of the query string or of the RSocket data, among them {@code after}; {@code Last-Event-ID}
 *     takes its place on SSE
 * @param cost what opening it costs its user's allowance
 * @param handler called by {@link Calls} alone: opens the stream: frames already encoded, with backpressure honoured to
 * the frame; it fails with a
 *     {@link io.ovation.Rejection}
 */
public record LiveStream<B extends Record>(
        @Nullable String path,
        @Nullable String route,
        Class<B> body,
        Cost<? super B> cost,
        Handler<B> handler) {

    /** Opens a stream. Must not block. Cancelling the Flux frees everything. */
    @FunctionalInterface
    public interface Handler<B extends Record> {
        Flux<WireFrame> open(Call<B> call);
    }

    /** The fields of a stream of one topic. */
    public record From(@Nullable String after) {}
}
