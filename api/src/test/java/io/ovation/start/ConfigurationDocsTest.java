package io.ovation.start;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code docs/configuration.md} is made of the metadata of the settings of every room, and this test fails when it is
 * not what it would be made into. It is made anew by {@code ./mvnw -q -pl api -am test -Dtest=ConfigurationDocsTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dovation.docs.write=true}.
 */
class ConfigurationDocsTest {
    private static final Path FILE = Path.of("..", "docs", "configuration.md");
    private static final String HEAD = """
            # Configuration

            <!-- ConfigurationDocsTest makes this of what the settings themselves say: change them there. -->

            `./ovation run --port P --data DIR` sets the two that matter first; every other follows `--`, as in
            `./ovation run -- --ovation.limits.enabled=false`. Spring Boot's other ways work too: a file
            `application.yml` in the working directory, or an environment variable (`ovation.limits.enabled` is
            `OVATION_LIMITS_ENABLED`). A setting that does not exist is refused at the start, with the one that was
            probably meant. Times are written as `500ms`, `5s`, `1m`; sizes as `8KB`, `1MB`.

            ## Environment

            | variable | what it says |
            |---|---|
            | `OVATION_JWT_SECRET` | the secret that HS256 tokens are signed with, at least 32 bytes; without it one \
            is made at the first start and kept in the data directory, for its owner alone |
            | `OVATION_EVENTSTORE_URL` | an external PostgreSQL as the event store; without it PostgreSQL is started \
            inside the data directory |
            | `MONGODB_URI` | an external MongoDB for the read models; without it they are in the \
            data directory |

            ## Those of Spring Boot that a server needs

            | setting | default | what it says |
            |---|---|---|
            | `server.port` | `8080` | the port of everything: HTTP, SSE, and WebSocket at `/rsocket` |
            | `server.address` | `127.0.0.1` | the address to listen on; `0.0.0.0` for all |
            | `server.forward-headers-strategy` | `none` | to be left so: `ovation.web.trusted-proxies` says whose \
            `X-Forwarded-For` is believed; `native` means proxies on this machine, where none are named |
            | `server.ssl.*` | | TLS without a proxy |
            | `spring.profiles.active` | `standalone` by `./ovation run` | `standalone` is one machine, with tokens \
            for development; any other name is not |
            | `logging.level.io.ovation` | `info` | `debug` shows why requests are turned down |
            """;

    @Test
    void theDocumentSaysWhatTheSettingsSay() throws IOException {
        String document = document();

        if (Boolean.getBoolean("ovation.docs.write")) {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, document);
        }

        assertThat(FILE)
                .as("the document, to be made anew as ConfigurationDocsTest says")
                .hasContent(document);
    }

    private static String document() throws IOException {
        Map<String, List<JsonNode>> groups = new TreeMap<>();
        settings().forEach((name, setting) -> groups.computeIfAbsent(
                        name.substring(0, name.lastIndexOf('.')), group -> new ArrayList<>())
                .add(setting));
        StringBuilder document = new StringBuilder(HEAD);
        groups.forEach((group, settings) -> {
            document.append("\n## ").append(group).append("\n\n| setting | default | what it says |\n|---|---|---|\n");
            settings.forEach(setting -> document.append(row(setting)));
        });
        return document.toString();
    }

    private static String row(JsonNode setting) {
        String name = setting.path("name").asString();
        String description = setting.path("description")
                .asString("")
                .replaceAll("\\s+", " ")
                .replaceAll("\\{@code ([^}]*)}", "`$1`")
                .replaceAll("\\.$", "");
        assertThat(description).as("what %s says", name).isNotBlank();
        JsonNode value = setting.path("defaultValue");
        String text = value.isMissingNode() || value.isArray() && value.isEmpty()
                ? ""
                : "`" + value.asString(value.toString()) + "`";
        // a name keeps its capitals
        boolean plain = description.split(" ", 2)[0].substring(1).chars().noneMatch(Character::isUpperCase);
        String first = description.substring(0, 1);
        return "| `" + name + "` | " + text + " | " + (plain ? first.toLowerCase(Locale.ROOT) : first)
                + description.substring(1).replace("|", "\\|") + " |\n";
    }

    private static Map<String, JsonNode> settings() throws IOException {
        Map<String, JsonNode> settings = new TreeMap<>();
        JsonMapper mapper = new JsonMapper();
        for (URL url :
                Collections.list(ConfigurationDocsTest.class.getClassLoader().getResources(KnownSettings.METADATA))) {
            try (InputStream metadata = url.openStream()) {
                for (JsonNode property : mapper.readTree(metadata).path("properties")) {
                    String name = property.path("name").asString();
                    if (name.startsWith("ovation.")) {
                        settings.put(name, property);
                    }
                }
            }
        }
        return settings;
    }
}
