package io.ovation.acceptance;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What became of a time of sending. Every body begins with the nanosecond of its sending and a space.
 *
 * @param sent how many were acknowledged
 * @param median milliseconds from sending to the acknowledgement, half of all
 * @param seconds how long it took
 */
record Load(long sent, double median, double seconds) {
    /** Bytes of a body, at least; long, so that what the kernel holds for a socket is full in a few seconds. */
    static final int BODY = 6_000;

    /** Longer than any of it lasts. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final String PADDING = "x".repeat(BODY);

    /** Sends so many messages a second, or as many as the server takes with 64 under way. */
    static Load of(RSocketApi api, String id, int perSecond, Duration time) {
        return sent(
                api,
                id,
                Flux.interval(Duration.ofSeconds(1).dividedBy(perSecond))
                        .onBackpressureDrop()
                        .take(time));
    }

    /** Sends so many bytes, as fast as the server takes them. */
    static Load of(RSocketApi api, String id, long bytes) {
        return sent(api, id, Flux.range(0, Math.toIntExact(bytes / BODY)));
    }

    private static Load sent(RSocketApi api, String id, Flux<? extends Number> ticks) {
        Queue<Double> answered = new ConcurrentLinkedQueue<>();
        long start = System.nanoTime();
        long failed = ticks.flatMap(
                        _ -> {
                            long now = System.nanoTime();
                            return api.sending(id, Json.object("body", now + " " + PADDING))
                                    .doOnNext(_ -> answered.add((System.nanoTime() - now) / 1e6));
                        },
                        64)
                .filter(reply -> !reply.ok())
                .count()
                .blockOptional(PATIENCE)
                .orElseThrow();
        assertThat(failed).as("sends that failed").isZero();
        return new Load(answered.size(), percentile(List.copyOf(answered), 50), (System.nanoTime() - start) / 1e9);
    }

    double perSecond() {
        return sent / seconds;
    }

    static double percentile(List<Double> values, int percent) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get((sorted.size() - 1) * percent / 100);
    }

    @Override
    public String toString() {
        return "%d sent, %.0f/s, p50 %.1f ms".formatted(sent, perSecond(), median);
    }
}
