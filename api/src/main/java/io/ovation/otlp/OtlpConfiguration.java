package io.ovation.otlp;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.ovation.trace.Traces;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Traces are off unless there is somewhere to send them to: without an endpoint not a class of OpenTelemetry is loaded.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TraceSettings.class)
@ConditionalOnProperty("ovation.traces.endpoint")
class OtlpConfiguration {
    /** Whose spans they are, among those that a collector has. */
    private static final String SCOPE = "io.ovation";

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Bean(destroyMethod = "close")
    SdkTracerProvider tracerProvider(TraceSettings settings, ObjectProvider<BuildProperties> build) {
        OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(String.valueOf(settings.endpoint()))
                .setTimeout(PATIENCE)
                .build();
        return SdkTracerProvider.builder()
                .setResource(resource(build))
                .setSampler(sampler(settings))
                // a full queue drops spans, and holds up nobody
                .addSpanProcessor(BatchSpanProcessor.builder(exporter)
                        .setExporterTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                        .build())
                .build();
    }

    /** By the trace's id: all nodes decide alike, and no client has more of its requests traced by saying so. */
    static Sampler sampler(TraceSettings settings) {
        Sampler share = Sampler.traceIdRatioBased(settings.sampled());
        return Sampler.parentBasedBuilder(share).setRemoteParentSampled(share).build();
    }

    @Bean
    Traces traces(SdkTracerProvider provider) {
        return new OtlpTraces(new OtelPropagator(
                ContextPropagators.create(W3CTraceContextPropagator.getInstance()), provider.get(SCOPE)));
    }

    /** Which of the nodes it is: each start has a name of its own. */
    private static Resource resource(ObjectProvider<BuildProperties> build) {
        BuildProperties known = build.getIfAvailable();
        return Resource.getDefault()
                .merge(Resource.create(Attributes.builder()
                        .put("service.name", "ovation")
                        .put("service.version", known == null ? "unknown" : String.valueOf(known.getVersion()))
                        .put("service.instance.id", UUID.randomUUID().toString())
                        .build()));
    }
}
