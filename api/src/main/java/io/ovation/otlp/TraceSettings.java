package io.ovation.otlp;

import java.net.URI;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Traces: from the request through the command, the append and the push to the frame.
 *
 * @param endpoint where they are sent to, by OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces; none is made
 *     without it
 * @param sampled which part of the requests is traced, from 0 to 1. A client that sends a traceparent gets its trace
 *     continued by the same measure, unless it says that it records none itself.
 */
@ConfigurationProperties("ovation.traces")
record TraceSettings(@Nullable URI endpoint, @DefaultValue("0.1") double sampled) {
    TraceSettings {
        if (!(sampled >= 0 && sampled <= 1)) {
            throw new IllegalArgumentException("ovation.traces.sampled: from 0 to 1, and not " + sampled);
        }
        if (endpoint != null
                && (endpoint.getHost() == null || !Set.of("http", "https").contains(endpoint.getScheme()))) {
            throw new IllegalArgumentException("ovation.traces.endpoint: an address of http or https");
        }
    }
}
