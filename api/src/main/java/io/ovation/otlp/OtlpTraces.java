package io.ovation.otlp;

import java.util.Map;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.propagation.Propagator;
import io.ovation.Rejection;
import io.ovation.trace.Traces;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

/** Traces by Micrometer's interface, which OpenTelemetry collects and sends. For any number of threads. */
final class OtlpTraces implements Traces {
    private final Propagator propagator;

    OtlpTraces(Propagator propagator) {
        this.propagator = propagator;
    }

    @Override
    public boolean areOn() {
        return true;
    }

    @Override
    public io.ovation.trace.@Nullable Span request(String name, @Nullable String parent) {
        return begin(name, Span.Kind.SERVER, parent == null ? Map.of() : Map.of(KEY, parent));
    }

    /** Without a kind: within the process, whichever node's it is. */
    @Override
    public io.ovation.trace.@Nullable Span step(String name, @Nullable String parent) {
        return parent == null ? null : begin(name, null, Map.of(KEY, parent));
    }

    /** A parent that is no {@code traceparent} is passed over by the propagator. */
    private io.ovation.trace.@Nullable Span begin(String name, Span.@Nullable Kind kind, Map<String, String> parent) {
        Span.Builder builder = propagator.extract(parent, Map::get).name(name);
        Span span = (kind == null ? builder : builder.kind(kind)).start();
        return span.isNoop() || !Boolean.TRUE.equals(span.context().sampled()) ? null : new Begun(span);
    }

    private record Begun(Span span) implements io.ovation.trace.Span {
        @Override
        public String traceparent() {
            TraceContext context = span.context();
            return "00-" + context.traceId() + "-" + context.spanId() + "-01";
        }

        @Override
        public Begun tag(String key, String value) {
            span.tag(key, value);
            return this;
        }

        /** A refusal is an answer: its code says enough. Of a fault the class is told, and no text of anybody's. */
        @Override
        public void end(@Nullable Throwable failure) {
            if (failure != null) {
                boolean refused = Exceptions.unwrap(failure) instanceof Rejection;
                span.tag("error.type", refused ? code(failure) : failure.getClass().getName());
            }
            span.end();
        }

        private static String code(Throwable failure) {
            return ((Rejection) Exceptions.unwrap(failure)).code().text();
        }
    }
}
