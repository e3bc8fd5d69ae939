package io.ovation.documents.embedded;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * The memory beside the heap that the documents of this process take, in numbers for the operator: no other metric of
 * the process has it. Bound once, at the start.
 */
final class DocumentsMemory implements MeterBinder {
    private final RocksOptions options;

    DocumentsMemory(RocksOptions options) {
        this.options = options;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("ovation.documents.memory.used", options, RocksOptions::used)
                .description("The memory beside the heap that the read models take")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("ovation.documents.memory.max", options, RocksOptions::memory)
                .description("The memory beside the heap that the read models may take: ovation.documents.memory")
                .baseUnit("bytes")
                .register(registry);
    }
}
