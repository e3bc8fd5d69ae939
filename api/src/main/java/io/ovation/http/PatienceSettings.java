package io.ovation.http;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long a peer may take before its connection is closed.
 *
 * @param setup from the connect to the first byte, and from a WebSocket's upgrade to RSocket's SETUP
 * @param request from the first byte of an HTTP request to the last one of its body
 * @param unread from the end of an answer, or from a batch of SSE frames, until the peer has taken it
 */
@ConfigurationProperties("ovation.patience")
public record PatienceSettings(
        @DefaultValue("10s") Duration setup,
        @DefaultValue("30s") Duration request,
        @DefaultValue("30s") Duration unread) {

    public PatienceSettings {
        positive("setup", setup);
        positive("request", request);
        positive("unread", unread);
    }

    private static void positive(String name, Duration time) {
        if (!time.isPositive()) {
            throw new IllegalArgumentException("ovation.patience." + name + " must be longer than nothing");
        }
    }
}
