package io.ovation.presence;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Presence.
 *
 * @param grace how long after their last connection a person still counts as online, so that a page that is loaded
 *     again is no coming and going
 */
@ConfigurationProperties("ovation.presence")
record PresenceSettings(@DefaultValue("5s") Duration grace) {
    PresenceSettings {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("ovation.presence.grace must not be negative");
        }
    }
}
