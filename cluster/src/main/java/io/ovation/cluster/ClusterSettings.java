package io.ovation.cluster;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The cluster, which a node joins that has a secret and an event store of its own ({@code OVATION_EVENTSTORE_URL}).
 *
 * @param secret what the nodes of a cluster share, at least 32 characters; without one a node is alone and opens no
 *     port. The environment variable {@code OVATION_CLUSTER_SECRET}
 * @param address where the other nodes reach this one, {@code HOST} or {@code HOST:PORT}; without a port a free one is
 *     taken. A second port, 100 above it, tells the others at once when this process ends
 */
@ConfigurationProperties("ovation.cluster")
record ClusterSettings(@Nullable String secret, @DefaultValue("127.0.0.1") String address) {
    private static final int LEAST_SECRET = 32;

    ClusterSettings {
        if (secret != null && !secret.isEmpty() && secret.length() < LEAST_SECRET) {
            throw new IllegalArgumentException("ovation.cluster.secret has " + secret.length()
                    + " characters, and needs at least " + LEAST_SECRET);
        }
    }

    boolean joins() {
        return secret != null && !secret.isEmpty();
    }

    String host() {
        int colon = portColon();
        return colon < 0 ? address : address.substring(0, colon).replaceAll("[\\[\\]]", "");
    }

    /** The port for the other nodes; 0 for one that is free. */
    int port() {
        int colon = portColon();
        try {
            return colon < 0 ? 0 : Integer.parseInt(address.substring(colon + 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("ovation.cluster.address has no port that is a number", e);
        }
    }

    /** An address of version 6 has colons of its own, and brackets around them where a port follows. */
    private int portColon() {
        int last = address.lastIndexOf(':');
        boolean several = address.indexOf(':') != last;
        return several && !address.contains("]:") ? -1 : last;
    }
}
