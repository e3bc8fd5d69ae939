package io.ovation.documents;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.StreamableMessageSource;

/** How far the projections are, in numbers for the operator. Bound once, at the start; asks no store. */
final class ProjectionMeters implements MeterBinder {
    private final StreamableMessageSource<TrackedEventMessage<?>> eventLog;
    private final Projectors projections;

    ProjectionMeters(StreamableMessageSource<TrackedEventMessage<?>> eventLog, Projectors projections) {
        this.eventLog = eventLog;
        this.projections = projections;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        projections.all().forEach(each -> bind(each, registry));
    }

    private void bind(Projector projection, MeterRegistry registry) {
        Gauge.builder("ovation.projection.position", projection, ProjectionMeters::position)
                .description("The position of the last event that is in the read models")
                .tag("projection", projection.name())
                .register(registry);
        Gauge.builder("ovation.projection.dead.letters", projection.letters(), found -> found.all().size())
                .description("How many sequences of events have stopped at one that the read models cannot take")
                .tag("projection", projection.name())
                .register(registry);
        Gauge.builder("ovation.projection.lag", projection, this::lag)
                .description("How many positions of the log are not yet in the read models")
                .baseUnit("events")
                .tag("projection", projection.name())
                .register(registry);
    }

    private static double position(Projector projection) {
        long position = projection.projected().position();
        return position == Long.MIN_VALUE ? Double.NaN : position;
    }

    private double lag(Projector projection) {
        long head = ReadModels.position(eventLog.createHeadToken());
        // nothing in the log, nothing to wait for
        return head == -1 ? 0 : Math.max(0, head - position(projection));
    }
}
