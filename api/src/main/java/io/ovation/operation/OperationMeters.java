package io.ovation.operation;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.ovation.Rejection;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

/**
 * How long each operation took, by its name and what came of it: {@code ok}, or the code of the refusal. The names are
 * those of the table of features and the codes those of the contract, so there are no more of them whatever clients
 * send. Safe for any number of threads; nothing is counted before there is a registry.
 */
final class OperationMeters implements MeterBinder {
    private static final String OK = "ok";

    /** A failure that is none of ours is answered so. */
    private static final String OTHER = "unavailable";

    private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();
    private volatile @Nullable MeterRegistry registry;

    private record Kind(String operation, String outcome) {}

    @Override
    public void bindTo(MeterRegistry meters) {
        registry = meters;
    }

    void answered(Operation<?> operation, @Nullable Throwable failure, long nanos) {
        record(name(operation), failure, nanos);
    }

    /** A stream that was opened, or was not: how long it lasted is no measure of anything. */
    void opened(LiveStream<?> stream, @Nullable Throwable failure) {
        record(stream.route() == null ? "GET " + stream.path() : stream.route(), failure, 0);
    }

    private void record(String name, @Nullable Throwable failure, long nanos) {
        MeterRegistry known = registry;
        if (known != null) {
            timers.computeIfAbsent(new Kind(name, outcome(failure)), kind -> timer(known, kind))
                    .record(Duration.ofNanos(nanos));
        }
    }

    private static Timer timer(MeterRegistry registry, Kind kind) {
        return Timer.builder("ovation.operations")
                .description("Requests over all transports, by operation and outcome")
                .tag("operation", kind.operation())
                .tag("outcome", kind.outcome())
                .register(registry);
    }

    /** The name of an operation: its route, or else its method and path. */
    static String name(Operation<?> operation) {
        String route = operation.route();
        return route == null ? operation.method() + " " + operation.path() : route;
    }

    private static String outcome(@Nullable Throwable failure) {
        if (failure == null) {
            return OK;
        }
        return Exceptions.unwrap(failure) instanceof Rejection rejection
                ? rejection.code().text().toLowerCase(Locale.ROOT)
                : OTHER;
    }
}
