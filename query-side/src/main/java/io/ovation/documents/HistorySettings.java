package io.ovation.documents;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the read models follow the log.
 *
 * @param others How long a query waits for what others did while it came in, beside what its answer must show.
 * @param timeout How long a query waits for the read models to hold what was recorded before it, and to be read, before
 *     it is answered
 *     with unavailable.
 * @param batchSize How many events are written at once at most, give or take a thousand.
 * @param pace How long what comes shortly after something else waits for more of it, unless somebody asks.
 */
@ConfigurationProperties("ovation.history")
record HistorySettings(
        @DefaultValue("40ms") Duration others,
        @DefaultValue("5s") Duration timeout,
        @DefaultValue("16384") int batchSize,
        @DefaultValue("50ms") Duration pace) {}
