package io.ovation.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Keeps the address of the running server in its data directory, so that {@code ./ovation demo} and {@code replay} find
 * it on whatever port it is. Called by the thread that starts or closes the context, one after the other.
 */
@Component
final class AddressFile {
    static final String NAME = "server.url";

    private static final Logger log = LoggerFactory.getLogger(AddressFile.class);

    private final Environment environment;

    AddressFile(Environment environment) {
        this.environment = environment;
    }

    @EventListener
    void on(WebServerInitializedEvent listening) {
        write(listening.getWebServer().getPort());
    }

    void write(int port) {
        String data = environment.getProperty("ovation.data", "");
        if (data.isBlank() || !Files.isDirectory(Path.of(data))) {
            return;
        }
        try {
            Files.writeString(Path.of(data, NAME), address(port) + "\n");
        } catch (IOException unwritable) {
            log.debug("The address was not written", unwritable);
        }
    }

    @EventListener
    void on(ContextClosedEvent closed) {
        String data = environment.getProperty("ovation.data", "");
        try {
            if (!data.isBlank()) {
                Files.deleteIfExists(Path.of(data, NAME));
            }
        } catch (IOException undeletable) {
            log.debug("The address was not removed", undeletable);
        }
    }

    private String address(int port) {
        String host = environment.getProperty("server.address", "127.0.0.1");
        boolean all = host.equals("0.0.0.0") || host.equals("::");
        String name = all ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
        return (Tls.isOn(environment) ? "https" : "http") + "://" + name + ":" + port;
    }
}
