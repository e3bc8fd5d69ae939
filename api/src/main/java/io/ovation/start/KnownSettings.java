package io.ovation.start;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
 * Refuses a setting that does not exist: a limit with a slip of the pen in its name would silently not hold. The
 * settings that exist are in the metadata that the build makes of the settings of every room, and in that of Spring
 * and other libraries. Runs once, on the thread that starts the server.
 */
final class KnownSettings implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    static final String METADATA = "META-INF/spring-configuration-metadata.json";

    private static final Logger log = LoggerFactory.getLogger(KnownSettings.class);
    private static final ConfigurationPropertyName OURS = ConfigurationPropertyName.of("ovation");
    private static final Set<String> NOT_AN_OPERATORS = Set.of(
            StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME, "applicationInfo", "defaultProperties");
    /** More changes than that make another word. */
    private static final int SLIP = 3;

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
        Map<ConfigurationPropertyName, String> all = all(loader);
        Set<ConfigurationPropertyName> known = known(all, "");
        Set<ConfigurationPropertyName> maps = known(all, "java.util.Map");
        for (PropertySource<?> source : context.getEnvironment().getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> enumerable) {
                boolean variables =
                        source.getName().startsWith(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
                for (String name : enumerable.getPropertyNames()) {
                    if (variables) {
                        lookAt(name, known);
                    } else if (isOurs(name)) {
                        check(name, known, maps);
                    } else if (isAnOperators(source)) {
                        checkForeign(name, all);
                    }
                }
            }
        }
    }

    private static void check(
            String name, Set<ConfigurationPropertyName> known, Set<ConfigurationPropertyName> maps) {
        ConfigurationPropertyName property = ConfigurationPropertyName.adapt(name, '.');
        while (property.isLastElementIndexed()) {
            property = property.getParent();
        }
        // what stands in a map has a name that somebody has chosen
        if (!known.contains(property) && !maps.contains(property.getParent())) {
            throw new CannotStart("Unknown setting " + name + didYouMean(property, known)
                    + "; docs/configuration.md lists the settings");
        }
    }

    private static boolean isOurs(String name) {
        return name.toLowerCase(Locale.ROOT).startsWith("ovation.");
    }

    /** Not what the JVM, the frameworks or our own jar have set. */
    private static boolean isAnOperators(PropertySource<?> source) {
        return !NOT_AN_OPERATORS.contains(source.getName()) && !source.getName().contains("class path resource");
    }

    /**
     * A setting of Spring or of another library. What stands below a known one is a key of a map or a field of a list's
     * element.
     */
    private static void checkForeign(String name, Map<ConfigurationPropertyName, String> all) {
        if (!name.contains(".")) {
            return;
        }
        ConfigurationPropertyName property = ConfigurationPropertyName.adapt(name, '.');
        for (ConfigurationPropertyName each = property; !each.isEmpty(); each = each.getParent()) {
            if (all.containsKey(each)) {
                return;
            }
        }
        String meant = didYouMean(property, all.keySet());
        boolean ofAKnownLibrary =
                all.keySet().stream().anyMatch(each -> each.chop(1).equals(property.chop(1)));
        // what nobody has told of may be a name of the operator's own, for use in other settings
        if (ofAKnownLibrary || !meant.isEmpty()) {
            throw new CannotStart("Unknown setting " + name + meant);
        }
    }

    /** The known name that takes the fewest changes, where that is few enough for a slip of the pen. */
    private static String didYouMean(ConfigurationPropertyName wrong, Set<ConfigurationPropertyName> known) {
        String text = wrong.toString();
        return known.stream()
                .map(ConfigurationPropertyName::toString)
                .filter(each -> Math.abs(each.length() - text.length()) <= SLIP)
                .filter(each -> changes(text, each) <= SLIP)
                .min(Comparator.<String>comparingInt(each -> changes(text, each))
                        .thenComparing(Comparator.naturalOrder()))
                .map(each -> ": did you mean " + each + "?")
                .orElse("");
    }

    /** Levenshtein's distance. */
    private static int changes(String from, String to) {
        int[] last = IntStream.rangeClosed(0, to.length()).toArray();
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = last[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
            }
            last = row;
        }
        return last[to.length()];
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
    private static Set<ConfigurationPropertyName> known(Map<ConfigurationPropertyName, String> all, String type) {
        return all.entrySet().stream()
                .filter(each -> OURS.isAncestorOf(each.getKey()) && each.getValue().startsWith(type))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The settings of all libraries, with their types. */
    private static Map<ConfigurationPropertyName, String> all(ClassLoader loader) {
        JsonMapper mapper = new JsonMapper();
        Map<ConfigurationPropertyName, String> all = new HashMap<>();
        try {
            for (URL url : Collections.list(loader.getResources(METADATA))) {
                try (InputStream metadata = url.openStream()) {
                    for (JsonNode property : mapper.readTree(metadata).path("properties")) {
                        all.put(
                                ConfigurationPropertyName.adapt(
                                        property.path("name").asString(), '.'),
                                property.path("type").asString(""));
                    }
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return all;
    }
}
