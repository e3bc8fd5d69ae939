package io.ovation.eventstore;

import java.time.Duration;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.axonframework.eventhandling.TrackingToken;

/** The event store in numbers, for the operator. Bound once, at the start. */
final class StoreMeters implements MeterBinder {
    private final HikariDataSource reads;
    private final EventLog log;
    private final GroupCommit groupCommit;
    private final AppendMeters appends;
    private final Duration poll;

    StoreMeters(HikariDataSource reads, EventLog log, GroupCommit groupCommit, AppendMeters appends, Duration poll) {
        this.reads = reads;
        this.log = log;
        this.groupCommit = groupCommit;
        this.appends = appends;
        this.poll = poll;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        appends.bindTo(registry);
        reads.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(registry));
        Gauge.builder("ovation.log.head", log, StoreMeters::head)
                .description("The position of the last durable event that this node knows of")
                .register(registry);
        Gauge.builder("ovation.event.store.up", this, StoreMeters::up)
                .description("1 while the event store takes appends and can be read, else 0")
                .register(registry);
    }

    private static double head(EventLog log) {
        TrackingToken head = log.createHeadToken();
        return head == null ? -1 : head.position().orElse(-1);
    }

    private double up() {
        return groupCommit.isOpen() && log.wasReadWithin(EventStoreHealth.patience(poll)) ? 1 : 0;
    }
}
