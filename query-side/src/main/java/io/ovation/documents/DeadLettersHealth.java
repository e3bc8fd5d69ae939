package io.ovation.documents;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import reactor.core.publisher.Mono;

/**
 * Tells of sequences that have stopped. The service is up all the same, for all others go on: no part of readiness.
 * Thread-safe.
 */
final class DeadLettersHealth implements ReactiveHealthIndicator {
    private final Projectors projections;

    DeadLettersHealth(Projectors projections) {
        this.projections = projections;
    }

    @Override
    public Mono<Health> health() {
        return Mono.fromSupplier(() -> {
            int stopped = projections.deadLetters();
            return stopped == 0
                    ? Health.up().build()
                    : Health.up()
                            .withDetail("degraded", true)
                            .withDetail("deadLetters", stopped)
                            .build();
        });
    }
}
