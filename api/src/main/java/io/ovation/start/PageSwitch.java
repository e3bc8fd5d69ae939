package io.ovation.start;

import java.util.Map;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Serves no page where {@code ovation.web.page} is false: Spring Boot is told that there are no static files. Runs
 * once, on the thread that starts the server.
 */
final class PageSwitch implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    @Override
    public void initialize(ConfigurableApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        if (!environment.getProperty("ovation.web.page", Boolean.class, true)) {
            environment
                    .getPropertySources()
                    .addFirst(new MapPropertySource(
                            "no page",
                            Map.of(
                                    "spring.web.resources.add-mappings",
                                    "false",
                                    "spring.web.resources.static-locations",
                                    "classpath:/no-page/")));
        }
    }
}
