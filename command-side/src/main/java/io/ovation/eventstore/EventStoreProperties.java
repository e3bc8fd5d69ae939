package io.ovation.eventstore;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The event store.
 *
 * @param url an external PostgreSQL, {@code jdbc:postgresql://host:port/database?user=…&password=…} or
 *     {@code postgresql://user:password@host:port/database}; without
 *     one, PostgreSQL is started inside the data directory
 * @param connections connections for reading; appends have one of their own
 * @param connectionTimeout how long a read waits for a connection before the store counts as unavailable
 * @param pollInterval how often to look for what other nodes appended
 * @param recentEvents how many of this node's latest events are kept in memory for its processors that have not read
 *     them yet
 */
@ConfigurationProperties("ovation.eventstore")
record EventStoreProperties(
        @Nullable String url,
        @DefaultValue("16") int connections,
        @DefaultValue("2s") Duration connectionTimeout,
        @DefaultValue("500ms") Duration pollInterval,
        @DefaultValue("16384") int recentEvents) {}
