package io.ovation.documents;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.StreamableMessageSource;

/** How far the read models are, in numbers for the operator. Bound once, at the start; asks no store. */
final class ProjectionMeters implements MeterBinder {
    private final StreamableMessageSource<TrackedEventMessage<?>> eventLog;
    private final Projected projected;
    private final DeadLetters letters;

    ProjectionMeters(
            StreamableMessageSource<TrackedEventMessage<?>> eventLog, Projected projected, DeadLetters letters) {
        this.eventLog = eventLog;
        this.letters = letters;
        this.projected = projected;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("ovation.projection.position", this, ProjectionMeters::position)
                .description("The position of the last event that is in the read models")
                .tag("projection", HistoryProcessor.NAME)
                .register(registry);
        Gauge.builder("ovation.projection.dead.letters", letters, found -> found.all().size())
                .description("How many sequences of events have stopped at one that the read models cannot take")
                .tag("projection", HistoryProcessor.NAME)
                .register(registry);
        Gauge.builder("ovation.projection.lag", this, ProjectionMeters::lag)
                .description("How many positions of the log are not yet in the read models")
                .baseUnit("events")
                .tag("projection", HistoryProcessor.NAME)
                .register(registry);
    }

    private double position() {
        long position = projected.position();
        return position == Long.MIN_VALUE ? Double.NaN : position;
    }

    private double lag() {
        long head = ReadModels.position(eventLog.createHeadToken());
        // nothing in the log, nothing to wait for
        return head == Long.MIN_VALUE ? 0 : Math.max(0, head - position());
    }
}
