package io.ovation.start;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Profiles;
import org.springframework.core.env.PropertySource;

/**
 * Refuses to start a server of the profile production that lacks what one needs which others reach, and names all that
 * it lacks. Runs once, on the thread that starts the server, before any store is started.
 */
final class Production implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    static final String PROFILE = "production";
    static final String STORE = "ovation.eventstore.url";
    static final String DOCUMENTS = "MONGODB_URI";

    /** A password in an address, or another way to prove who one is. */
    private static final Pattern POSTGRES_CREDENTIALS =
            Pattern.compile("^[^?]*//[^/?@]*:[^/?@]+@|[?&](password|passfile|sslkey|sslcert)=[^&]+");

    private static final Pattern MONGO_CREDENTIALS = Pattern.compile("^[^?]*//[^/?@]*:[^/?@]+@"
            + "|[?&]authMechanism=(MONGODB-X509|MONGODB-AWS|MONGODB-OIDC|GSSAPI)\\b");

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        if (!environment.acceptsProfiles(Profiles.of(PROFILE))) {
            return;
        }
        if (environment.acceptsProfiles(Profiles.of("standalone"))) {
            throw new CannotStart("The profiles standalone and production exclude one another");
        }
        List<String> lacks = lacks(environment);
        if (!lacks.isEmpty()) {
            throw new CannotStart("The profile production needs " + String.join("; and ", lacks)
                    + " (docs/production.md)");
        }
    }

    private static List<String> lacks(ConfigurableEnvironment environment) {
        List<String> lacks = new ArrayList<>();
        boolean published = isSet(environment, "ovation.security.jwks-uri");
        if (published && !isSet(environment, "ovation.security.audience")) {
            lacks.add("ovation.security.audience, what the tokens of the JWKS address name");
        }
        if (!published
                && !isSet(environment, "ovation.security.jwt-secret")
                && !isSet(environment, "ovation.security.jwt-secrets-directory")
                && !hasKeys(environment)) {
            lacks.add("a token secret, as in OVATION_JWT_SECRET, or ovation.security.jwks-uri with"
                    + " ovation.security.audience");
        }
        if (!isChosen(environment, "server.address")) {
            lacks.add("an address to listen on, as in --server.address=127.0.0.1 behind a proxy on this machine");
        }
        if (isSet(environment, STORE)
                && !POSTGRES_CREDENTIALS
                        .matcher(environment.getProperty(STORE, ""))
                        .find()) {
            lacks.add("a password in OVATION_EVENTSTORE_URL");
        }
        if (isSet(environment, DOCUMENTS)
                && !MONGO_CREDENTIALS
                        .matcher(environment.getProperty(DOCUMENTS, ""))
                        .find()) {
            lacks.add("a password in MONGODB_URI");
        }
        return lacks;
    }

    static boolean isSet(ConfigurableEnvironment environment, String name) {
        return !environment.getProperty(name, "").isBlank();
    }

    private static boolean hasKeys(ConfigurableEnvironment environment) {
        return Binder.get(environment)
                .bind("ovation.security.jwt-secrets", Bindable.mapOf(String.class, String.class))
                .isBound();
    }

    /** Whether anybody but our own jar has set it. */
    private static boolean isChosen(ConfigurableEnvironment environment, String name) {
        for (PropertySource<?> source : environment.getPropertySources()) {
            // the view of all the others
            boolean attached = source.getName().equals("configurationProperties");
            if (!attached && !source.getName().contains("class path resource") && isIn(source, name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isIn(PropertySource<?> source, String name) {
        return source.containsProperty(name)
                || source.containsProperty(name.replace('.', '_').toUpperCase(Locale.ROOT));
    }
}
