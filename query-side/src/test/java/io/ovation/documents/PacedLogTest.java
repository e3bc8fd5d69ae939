package io.ovation.documents;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.ovation.TestLog;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(30)
class PacedLogTest {
    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final TestLog log = new TestLog();
    private long appended;
    private final Projected projected = new Projected();

    private BlockingStream<TrackedEventMessage<?>> stream(Duration interval) {
        return new PacedLog(log, projected, interval).openStream(null);
    }

    private void append(String payload) {
        log.append(List.of(new GenericDomainEventMessage<>("Text", "id", appended++, payload)));
    }

    private static Object next(BlockingStream<TrackedEventMessage<?>> stream) throws InterruptedException {
        assertThat(stream.hasNextAvailable(10, TimeUnit.SECONDS)).isTrue();
        return stream.nextAvailable().getPayload();
    }

    @Test
    void whatComesAfterALongSilenceIsThereAtOnceAndAllOfIt() throws InterruptedException {
        try (BlockingStream<TrackedEventMessage<?>> stream = stream(FOR_EVER)) {
            assertThat(stream.hasNextAvailable()).isFalse();
            append("1");
            append("2");

            assertThat(next(stream)).isEqualTo("1");
            assertThat(next(stream)).isEqualTo("2");
        }
    }

    @Test
    void whatComesShortlyAfterWaitsUntilSomebodyAsks() throws InterruptedException {
        try (BlockingStream<TrackedEventMessage<?>> stream = stream(FOR_EVER)) {
            append("1");
            next(stream);
            assertThat(stream.hasNextAvailable()).isFalse();
            append("2");
            assertThat(stream.hasNextAvailable()).as("nobody waits").isFalse();

            Disposable reader = projected.await(7).subscribe();
            assertThat(stream.hasNextAvailable()).as("somebody waits").isTrue();
            reader.dispose();
            assertThat(stream.hasNextAvailable()).as("nobody waits any more").isFalse();
        }
    }

    @Test
    void whoBeginsToWaitWakesTheReader() throws InterruptedException {
        Semaphore woken = new Semaphore(0);
        try (BlockingStream<TrackedEventMessage<?>> stream = stream(FOR_EVER)) {
            stream.setOnAvailableCallback(woken::release);
            Disposable reader = projected.await(7).subscribe();

            assertThat(woken.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            reader.dispose();
        }
    }

    @Test
    void itIsLetThroughAndTheReaderWokenWhenTheIntervalHasPassed() throws InterruptedException {
        Semaphore woken = new Semaphore(0);
        try (BlockingStream<TrackedEventMessage<?>> stream = stream(Duration.ofMillis(300))) {
            stream.setOnAvailableCallback(woken::release);
            append("1");
            next(stream);
            assertThat(stream.hasNextAvailable()).isFalse();
            append("2");
            assertThat(stream.hasNextAvailable()).isFalse();
            woken.drainPermits();

            assertThat(woken.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            assertThat(next(stream)).isEqualTo("2");
        }
    }

    @Test
    void aReaderThatMayWaitGetsItWithoutBeingWoken() throws InterruptedException {
        try (BlockingStream<TrackedEventMessage<?>> stream = stream(Duration.ofMillis(200))) {
            append("1");
            next(stream);
            assertThat(stream.hasNextAvailable()).isFalse();
            append("2");

            assertThat(next(stream)).isEqualTo("2");
        }
    }
}
