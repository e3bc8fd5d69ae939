package io.ovation.start;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/**
 * Sees whether the port can be had before any store is started: that takes seconds, and a second server has no business
 * with the stores of the first.
 */
final class FreePort implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    @Override
    public void initialize(ConfigurableApplicationContext context) {
        Environment environment = context.getEnvironment();
        int port = port(environment.getProperty("server.port", "8080"));
        if (port <= 0) {
            return;
        }
        String address = environment.getProperty("server.address");
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(resolve(address), port));
        } catch (IOException taken) {
            throw new CannotStart(inUse(address, port));
        } catch (IllegalArgumentException outOfRange) {
            throw noPort(String.valueOf(port));
        }
    }

    private static int port(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException none) {
            throw noPort(text);
        }
    }

    private static CannotStart noPort(String text) {
        return new CannotStart("There is no port " + text);
    }

    static String inUse(@Nullable String address, int port) {
        return "Port " + port + (address == null ? "" : " of " + address)
                + " cannot be used: another process listens on it, or it takes other rights; choose another with "
                + "--port";
    }

    private static @Nullable InetAddress resolve(@Nullable String address) {
        try {
            return address == null ? null : InetAddress.getByName(address);
        } catch (UnknownHostException unknown) {
            throw new CannotStart("server.address is " + address + ", which is no address of this machine");
        }
    }
}
