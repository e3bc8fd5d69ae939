package io.ovation.live;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

/** The live streams of this node in numbers. Safe for any number of threads. */
final class PushMeters implements MeterBinder {
    private static final Duration[] DELAYS = {
        Duration.ofMillis(10),
        Duration.ofMillis(50),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    private final Watches watches;
    private final LongAdder slowConsumers = new LongAdder();
    private volatile @Nullable Timer delays;

    PushMeters(Watches watches) {
        this.watches = watches;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("ovation.topics", watches, Watches::topics)
                .description("Topics that are watched on this node")
                .register(registry);
        Gauge.builder("ovation.streams", watches, Watches::streams)
                .description("Streams of topics that are open on this node")
                .register(registry);
        Gauge.builder("ovation.push.frames.waiting", watches, Watches::framesWaiting)
                .description("Frames that wait for the demand of their watchers, summed over all watchers")
                .register(registry);
        FunctionCounter.builder("ovation.slow.consumers", slowConsumers, LongAdder::sum)
                .description("Streams that were ended because their readers did not keep up")
                .register(registry);
        delays = Timer.builder("ovation.push.delay")
                .description("From the time of an event to the moment when its watchers are woken")
                .serviceLevelObjectives(DELAYS)
                .register(registry);
    }

    void slowConsumer() {
        slowConsumers.increment();
    }

    /** @param delay since the event; clocks of nodes differ, so that it may be negative */
    void pushed(Duration delay) {
        Timer known = delays;
        if (known != null && !delay.isNegative()) {
            known.record(delay);
        }
    }
}
