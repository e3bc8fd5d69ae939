package io.ovation.metrics;

import java.net.InetAddress;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The listener for those who operate the server: metrics at /metrics, in Prometheus' text form, for whoever reaches it.
 *
 * @param address the address to listen on; another than this machine's loopback only in a network of the operator's own
 * @param port its port; 0 takes one that is free, -1 is no listener. The profile production listens on 9464.
 */
@ConfigurationProperties("ovation.operations")
record OperationsSettings(
        @DefaultValue("127.0.0.1") InetAddress address, @DefaultValue("-1") int port) {
    private static final int LAST_PORT = 65_535;

    OperationsSettings {
        if (port < -1 || port > LAST_PORT) {
            throw new IllegalArgumentException("ovation.operations.port: there is no port " + port);
        }
    }

    boolean isOn() {
        return port >= 0;
    }
}
