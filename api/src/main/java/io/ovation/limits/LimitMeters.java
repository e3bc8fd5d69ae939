package io.ovation.limits;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** How often each limit has turned somebody down. Safe for any number of threads. */
final class LimitMeters implements MeterBinder {
    private final Map<Kind, LongAdder> refusals;

    LimitMeters() {
        Map<Kind, LongAdder> each = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            each.put(kind, new LongAdder());
        }
        this.refusals = Collections.unmodifiableMap(each);
    }

    void refused(Kind kind) {
        LongAdder count = refusals.get(kind);
        if (count != null) {
            count.increment();
        }
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        refusals.forEach((kind, count) -> FunctionCounter.builder("ovation.rate.limited", count, LongAdder::sum)
                .description("What was turned down because there was too much of it")
                .tag("kind", kind.text())
                .register(registry));
    }
}
