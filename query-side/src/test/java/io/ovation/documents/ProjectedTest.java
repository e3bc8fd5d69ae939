package io.ovation.documents;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

class ProjectedTest {
    private final Projected projected = new Projected();

    @Test
    void whatIsThereAlreadyIsNotWaitedFor() {
        projected.advance(7);

        StepVerifier.create(projected.await(7)).verifyComplete();
        StepVerifier.create(projected.await(Long.MIN_VALUE)).verifyComplete();
    }

    @Test
    void whereTheLogIsEmptyItIsWaitedUntilThereAreNoDocumentsOfAnotherLog() {
        StepVerifier.create(projected.await(ReadModels.position(null)))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(20))
                .then(() -> projected.begin(-1, -1))
                .verifyComplete();
    }

    @Test
    void aWaiterIsToldWhenItsPositionIsReachedAndNotBefore() {
        StepVerifier.create(projected.await(7))
                .expectSubscription()
                .then(() -> projected.advance(6))
                .expectNoEvent(Duration.ofMillis(20))
                .then(() -> projected.advance(9))
                .verifyComplete();
        assertThat(projected.waiting()).isFalse();
    }

    @Test
    void itNeverGoesBack() {
        projected.advance(7);
        projected.advance(3);

        assertThat(projected.position()).isEqualTo(7);
    }

    @Test
    void aWaiterThatGivesUpIsForgotten() {
        StepVerifier.create(projected.await(7))
                .expectSubscription()
                .thenCancel()
                .verify();

        assertThat(projected.waiting()).isFalse();
    }

    @Test
    @Timeout(30)
    void noWaiterIsMissedWhileThePositionMoves() {
        long last = 20_000;
        CompletableFuture<Void> writer =
                // a thread of its own: the common pool's one may still be shrinking what another property found
                CompletableFuture.runAsync(
                        () -> LongStream.rangeClosed(0, last).forEach(projected::advance),
                        task -> Thread.ofPlatform().start(task));
        List<Mono<Void>> waits =
                LongStream.rangeClosed(0, last).mapToObj(projected::await).toList();

        Flux.fromIterable(waits)
                .flatMap(wait -> wait.subscribeOn(Schedulers.parallel()), 256)
                .blockLast(Duration.ofSeconds(20));

        writer.join();
        assertThat(projected.waiting()).isFalse();
    }
}
