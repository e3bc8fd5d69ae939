package io.ovation.start;

import java.net.InetAddress;
import java.net.UnknownHostException;

import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;

/**
 * Keeps a server that gives tokens to whoever asks from listening to other machines, and any server from believing
 * whoever asks. Stateless.
 */
final class LoopbackOnly implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    @Override
    public void initialize(ConfigurableApplicationContext context) {
        Environment environment = context.getEnvironment();
        String address = environment.getProperty("server.address");
        if ("framework".equalsIgnoreCase(environment.getProperty("server.forward-headers-strategy"))) {
            throw new CannotStart("server.forward-headers-strategy=framework believes whatever a client says of its"
                    + " address; name the proxies with --ovation.web.trusted-proxies instead");
        }
        if (environment.acceptsProfiles(Profiles.of("standalone"))
                && environment.getProperty("ovation.security.dev-tokens", Boolean.class, true)
                && !isLoopback(address)) {
            throw new CannotStart(
                    "The profile standalone gives a token for any user to whoever asks, so it listens on 127.0.0.1 "
                            + "only, and not on "
                            + address + "; to listen there set --ovation.security.dev-tokens=false");
        }
    }

    private static boolean isLoopback(@Nullable String address) {
        try {
            return address != null && InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }
}
