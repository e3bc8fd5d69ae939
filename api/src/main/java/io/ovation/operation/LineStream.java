package io.ovation.operation;

import java.util.Map;

import io.ovation.limits.Cost;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An answer of JSON lines that may be longer than any memory, told once and served over HTTP (GET,
 * {@code application/x-ndjson}).
 *
 * @param path the HTTP path with {@code {names}}
 * @param body the fields of the query string
 * @param cost what opening it costs its user's allowance
 * @param handler called by {@link Calls} alone: opens the answer; until its first bytes it may fail with a {@link
 * io.ovation.Rejection}, which is then all the answer
 */
public record LineStream<B extends Record>(
        String path, Class<B> body, Cost<? super B> cost, Handler<B> handler) {

    /** Opens an answer. Must not block. */
    @FunctionalInterface
    public interface Handler<B extends Record> {
        Mono<Lines> open(Call<B> call);
    }

    /**
     * An answer.
     *
     * @param headers what is told before the first line
     * @param chunks whole lines, each with its end, UTF-8; a few of them wait for a client that does not read.
     *     Cancelling the Flux frees everything
     */
    public record Lines(Map<String, String> headers, Flux<byte[]> chunks) {}
}
