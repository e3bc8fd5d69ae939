package io.ovation.start;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;

/**
 * Has Spring Boot bring TLS where {@link TlsSettings} name a certificate. What an operator has set of Spring Boot's own
 * settings stays. Runs once, on the thread that starts the server.
 */
final class Tls implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    private static final String CERTIFICATE = "ovation.tls.certificate";
    private static final String KEY = "ovation.tls.key";
    private static final String BUNDLE = "spring.ssl.bundle.pem.ovation.";

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        String certificate = environment.getProperty(CERTIFICATE, "");
        String key = environment.getProperty(KEY, "");
        if (certificate.isBlank() && key.isBlank()) {
            return;
        }
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put(BUNDLE + "keystore.certificate", file(CERTIFICATE, certificate));
        settings.put(BUNDLE + "keystore.private-key", file(KEY, key));
        settings.put(BUNDLE + "reload-on-update", "true");
        settings.put("server.ssl.bundle", "ovation");
        settings.put(BUNDLE + "options.enabled-protocols", "TLSv1.3,TLSv1.2");
        settings.put("server.http2.enabled", "true");
        environment.getPropertySources().addLast(new MapPropertySource("tls", settings));
    }

    /** Whether the server speaks TLS, by our settings or by Spring Boot's. */
    static boolean isOn(Environment environment) {
        return environment.getProperty("server.ssl.enabled", Boolean.class, true)
                && (isSet(environment, "server.ssl.bundle")
                        || isSet(environment, "server.ssl.certificate")
                        || isSet(environment, "server.ssl.key-store"));
    }

    private static boolean isSet(Environment environment, String name) {
        return !environment.getProperty(name, "").isBlank();
    }

    private static String file(String name, String path) {
        if (path.isBlank()) {
            throw new CannotStart(CERTIFICATE + " and " + KEY + " go together, and " + name + " is missing");
        }
        Path file = Path.of(path).toAbsolutePath();
        if (!Files.isReadable(file)) {
            throw new CannotStart(name + ": there is no file " + path + " that can be read");
        }
        return file.toUri().toString();
    }
}
