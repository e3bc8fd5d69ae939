package io.ovation.start;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Refuses a setting under {@code ovation.} that there is none of: a limit with a slip of the pen in its name would
 * silently not hold. What there is, is in the metadata that the build makes of the settings of every room.
 */
final class KnownSettings implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    static final String METADATA = "META-INF/spring-configuration-metadata.json";

    private static final Logger log = LoggerFactory.getLogger(KnownSettings.class);
    private static final ConfigurationPropertyName OURS = ConfigurationPropertyName.of("ovation");
    private static final Set<String> VARIABLES = Set.of("OVATION_JWT_SECRET", "OVATION_EVENTSTORE_URL");

    private final String[] args;

    KnownSettings(String[] args) {
        this.args = args.clone();
    }

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        for (String arg : args) {
            if (!arg.startsWith("--") || !arg.contains(".") && !arg.equals("--debug") && !arg.equals("--trace")) {
                throw new CannotStart("Unknown option " + arg + "; a setting is given as --some.property=value");
            }
        }
        ClassLoader loader =
                context.getClassLoader() == null ? KnownSettings.class.getClassLoader() : context.getClassLoader();
        Set<ConfigurationPropertyName> known = known(loader, "");
        Set<ConfigurationPropertyName> maps = known(loader, "java.util.Map");
        for (PropertySource<?> source : context.getEnvironment().getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> enumerable) {
                boolean variables =
                        source.getName().startsWith(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
                for (String name : enumerable.getPropertyNames()) {
                    if (variables) {
                        lookAt(name, known);
                    } else {
                        check(name, known, maps);
                    }
                }
            }
        }
    }

    private static void check(
            String name, Set<ConfigurationPropertyName> known, Set<ConfigurationPropertyName> maps) {
        if (!name.toLowerCase(Locale.ROOT).startsWith("ovation.")) {
            return;
        }
        ConfigurationPropertyName property = ConfigurationPropertyName.adapt(name, '.');
        while (property.isLastElementIndexed()) {
            property = property.getParent();
        }
        // what stands in a map has a name that somebody has chosen
        if (!known.contains(property) && !maps.contains(property.getParent())) {
            throw new CannotStart("Unknown setting " + name + "; docs/configuration.md lists those that there are");
        }
    }

    /** A variable may be somebody else's: it is only mentioned. */
    private static void lookAt(String variable, Set<ConfigurationPropertyName> known) {
        boolean ours = variable.startsWith("OVATION_") && !VARIABLES.contains(variable);
        if (ours
                && known.stream()
                        .map(KnownSettings::variable)
                        .noneMatch(each -> variable.equals(each) || variable.startsWith(each + "_"))) {
            log.warn("The environment variable {} says nothing to this server", variable);
        }
    }

    private static String variable(ConfigurationPropertyName property) {
        return property.toString().replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
    }

    /** The names of our settings whose type begins like that. */
    private static Set<ConfigurationPropertyName> known(ClassLoader loader, String type) {
        JsonMapper mapper = new JsonMapper();
        Set<ConfigurationPropertyName> known = new HashSet<>();
        try {
            for (URL url : Collections.list(loader.getResources(METADATA))) {
                try (InputStream metadata = url.openStream()) {
                    for (JsonNode property : mapper.readTree(metadata).path("properties")) {
                        ConfigurationPropertyName name = ConfigurationPropertyName.adapt(
                                property.path("name").asString(), '.');
                        if (OURS.isAncestorOf(name)
                                && property.path("type").asString("").startsWith(type)) {
                            known.add(name);
                        }
                    }
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return known;
    }
}
