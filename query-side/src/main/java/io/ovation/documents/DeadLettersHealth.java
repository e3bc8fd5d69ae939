package io.ovation.documents;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import reactor.core.publisher.Mono;

/**
 * Tells of sequences that have stopped. The service is up all the same, for all others go on: no part of readiness.
 * Thread-safe.
 */
final class DeadLettersHealth implements ReactiveHealthIndicator {
    private final DeadLetters letters;

    DeadLettersHealth(DeadLetters letters) {
        this.letters = letters;
    }

    @Override
    public Mono<Health> health() {
        return Mono.fromSupplier(() -> letters.isEmpty()
                ? Health.up().build()
                : Health.up()
                        .withDetail("degraded", true)
                        .withDetail("deadLetters", letters.all().size())
                        .build());
    }
}
