package io.ovation.operation;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many queries there may be at a time.
 *
 * @param inFlight how many queries are answered at a time
 * @param waiting how many more wait for their turn, which the users take in rounds; beyond them one of who has the most
 *     is told to come again
 */
@ConfigurationProperties("ovation.queries")
record QuerySettings(@DefaultValue("512") int inFlight, @DefaultValue("8192") int waiting) {
    QuerySettings {
        if (inFlight < 1 || waiting < 1) {
            throw new IllegalArgumentException("ovation.queries.in-flight and .waiting must be at least 1");
        }
    }
}
