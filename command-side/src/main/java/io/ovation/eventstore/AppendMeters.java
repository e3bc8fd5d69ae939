package io.ovation.eventstore;

import java.time.Duration;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

/**
 * How groups of appends go. The committer records; nothing is counted before there is a registry. Safe for any number
 * of threads.
 */
final class AppendMeters {
    private static final Duration[] FLUSHES = {
        Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofMillis(100), Duration.ofSeconds(1)
    };

    private volatile @Nullable Meters meters;

    private record Meters(DistributionSummary events, Timer flush) {}

    void bindTo(MeterRegistry registry) {
        meters = new Meters(
                DistributionSummary.builder("ovation.append.events")
                        .description("Events of one group of appends, which is one transaction")
                        .register(registry),
                Timer.builder("ovation.append.flush")
                        .description("From a group's statement to its answer, the flush of the log in it")
                        .serviceLevelObjectives(FLUSHES)
                        .register(registry));
    }

    /**
     * A group was written.
     *
     * @param nanos how long the store took
     */
    void written(long events, long nanos) {
        Meters known = meters;
        if (known != null) {
            known.events().record(events);
            known.flush().record(Duration.ofNanos(nanos));
        }
    }
}
