package io.ovation.content;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How applause and views are counted.
 *
 * @param flushInterval how long applause and views are added up in memory before they are recorded; applause waits for
 *     it, and views that came since the last one are lost with
 *     the process
 * @param countedTargets for how many contents applause and views can be added up at a time; beyond them each is told to
 *     come again
 */
@ConfigurationProperties("ovation.content")
record TallySettings(
        @DefaultValue("1s") Duration flushInterval,
        @DefaultValue("100000") int countedTargets) {
    TallySettings {
        if (!flushInterval.isPositive()) {
            throw new IllegalArgumentException("ovation.content.flush-interval must be more than nothing");
        }
        if (countedTargets < 1) {
            throw new IllegalArgumentException("ovation.content.counted-targets must be at least 1");
        }
    }
}
