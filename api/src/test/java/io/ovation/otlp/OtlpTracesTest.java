package io.ovation.otlp;

import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.ovation.Unavailable;
import io.ovation.trace.Span;
import io.ovation.trace.Traces;
import org.junit.jupiter.api.Test;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class OtlpTracesTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CLIENT = "00f067aa0ba902b7";
    private static final String PARENT = "00-" + TRACE + "-" + CLIENT + "-01";

    private final List<SpanData> told = new CopyOnWriteArrayList<>();

    private Traces traces(double sampled) {
        TraceSettings settings = new TraceSettings(URI.create("http://127.0.0.1:4318/v1/traces"), sampled);
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .setSampler(OtlpConfiguration.sampler(settings))
                .addSpanProcessor(SimpleSpanProcessor.create(new Told()))
                .build();
        return new OtlpTraces(new OtelPropagator(
                ContextPropagators.create(W3CTraceContextPropagator.getInstance()), provider.get("test")));
    }

    @Test
    void aRequestGoesOnWithItsClientsTraceAndAStepWithTheRequests() {
        Traces traces = traces(1);
        Span request = requireNonNull(traces.request("conversations.{id}.send", PARENT));
        assertThat(request.traceparent()).matches("00-" + TRACE + "-[0-9a-f]{16}-01");
        Span step = requireNonNull(traces.step("SendMessage", request.traceparent()));
        step.tag("ovation.events", "1").end(null);
        request.end(null);

        assertThat(told).extracting(SpanData::getName).containsExactly("SendMessage", "conversations.{id}.send");
        assertThat(told).extracting(SpanData::getTraceId).containsOnly(TRACE);
        assertThat(told.get(1).getParentSpanId()).isEqualTo(CLIENT);
        assertThat(told.get(1).getKind()).isEqualTo(SpanKind.SERVER);
        assertThat(told.get(0).getParentSpanId()).isEqualTo(told.get(1).getSpanId());
        assertThat(told.get(0).getAttributes().get(AttributeKey.stringKey("ovation.events")))
                .isEqualTo("1");
    }

    @Test
    void whatIsNoTraceparentBeginsATraceOfItsOwn() {
        Traces traces = traces(1);
        String nobody = "00-" + "0".repeat(32) + "-" + CLIENT + "-01";
        for (String parent : List.of("nonsense", "", nobody, "x".repeat(10_000))) {
            Span request = requireNonNull(traces.request("inbox.list", parent));
            assertThat(request.traceparent()).doesNotContain("0".repeat(32));
            request.end(null);
        }
        assertThat(told).hasSize(4).allSatisfy(span -> assertThat(span.getParentSpanContext()
                        .isValid())
                .isFalse());
        assertThat(told.stream().map(SpanData::getTraceId).distinct()).hasSize(4);
    }

    @Test
    void whatIsNotSampledHasNoSpan() {
        assertThat(traces(1).request("inbox.list", PARENT.replaceFirst("01$", "00")))
                .as("its client records nothing")
                .isNull();
        assertThat(traces(0).request("inbox.list", null)).isNull();
        assertThat(traces(0).request("inbox.list", PARENT))
                .as("a client cannot make the server record")
                .isNull();
        assertThat(traces(1).step("append", null)).as("of no trace").isNull();
    }

    @Test
    void aRefusalIsToldByItsCodeAndAFaultByItsClass() {
        Traces traces = traces(1);
        requireNonNull(traces.request("one", null)).end(new Unavailable("Not to be told", 1));
        requireNonNull(traces.request("two", null)).end(new IllegalStateException("Not to be told"));
        AttributeKey<String> why = AttributeKey.stringKey("error.type");
        assertThat(told)
                .extracting(span -> span.getAttributes().get(why))
                .containsExactly("unavailable", "java.lang.IllegalStateException");
        assertThat(told.toString()).doesNotContain("Not to be told");
    }

    @Test
    void settingsThatAreWrongAreNamed() {
        URI fine = URI.create("https://collector.example.org/v1/traces");
        for (double sampled : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new TraceSettings(fine, sampled))
                    .withMessageContaining("ovation.traces.sampled");
        }
        for (String endpoint : List.of("collector:4317", "ftp://collector/x", "/v1/traces")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new TraceSettings(URI.create(endpoint), 1))
                    .withMessageContaining("ovation.traces.endpoint");
        }
    }

    private final class Told implements SpanExporter {
        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            told.addAll(spans);
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
