package io.ovation.start;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Profiles;

/** Says first what a server of the profile standalone is not for. Runs once, on the thread that starts the server. */
final class Purpose implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    private static final Logger log = LoggerFactory.getLogger(Purpose.class);

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        if (context.getEnvironment().acceptsProfiles(Profiles.of("standalone"))) {
            log.info("The profile standalone is for trying Ovation out and for development, and not for a server that"
                    + " others reach: that is --profile production (docs/production.md)");
        }
    }
}
