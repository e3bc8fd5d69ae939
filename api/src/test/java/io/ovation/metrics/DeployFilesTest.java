package io.ovation.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

/** What {@code deploy/} holds fits together, and fits the documents: whoever is woken finds the page that is named. */
class DeployFilesTest {
    private static final Path ROOT = Path.of("..");
    private static final Path DEPLOY = ROOT.resolve("deploy");
    private static final String RUNBOOK = "docs/runbook.md";
    private static final Pattern HEADING = Pattern.compile("(?m)^## (.+)$");

    /** A tag that says a version; a digest would do, too. */
    private static final Pattern FIXED = Pattern.compile("[\\w./-]+:v?[0-9][\\w.-]*(@sha256:[0-9a-f]{64})?");

    private static Map<?, ?> yaml(Path file) throws IOException {
        return new Yaml().load(Files.readString(file));
    }

    private static List<Map<?, ?>> alerts() throws IOException {
        return maps(in(yaml(DEPLOY.resolve("prometheus/rules.yml")), "groups")).stream()
                .flatMap(group -> maps(in(group, "rules")).stream())
                .filter(rule -> rule.containsKey("alert"))
                .toList();
    }

    private static List<Map<?, ?>> maps(Object list) {
        return ((List<?>) list).stream().<Map<?, ?>>map(Map.class::cast).toList();
    }

    private static Object in(Map<?, ?> map, String key) {
        return Objects.requireNonNull(map.get(key), key);
    }

    private static Map<?, ?> mapIn(Map<?, ?> map, String key) {
        return (Map<?, ?>) in(map, key);
    }

    private static String name(Map<?, ?> alert) {
        return in(alert, "alert").toString();
    }

    @Test
    void everyAlertNamesAPageOfTheRunbookThatIsThere() throws IOException {
        List<String> pages = HEADING.matcher(Files.readString(ROOT.resolve(RUNBOOK)))
                .results()
                .map(heading -> heading.group(1).strip())
                .toList();

        assertThat(alerts()).isNotEmpty().allSatisfy(alert -> {
            Object runbook = in(mapIn(alert, "annotations"), "runbook");
            assertThat(runbook).hasToString(RUNBOOK + "#" + name(alert).toLowerCase(Locale.ROOT));
            assertThat(pages).contains(name(alert));
        });
        assertThat(alerts()).extracting(DeployFilesTest::name).doesNotHaveDuplicates();
        assertThat(pages.stream().filter(page -> page.startsWith("Ovation")))
                .as("pages of alerts")
                .containsExactlyInAnyOrderElementsOf(
                        alerts().stream().map(DeployFilesTest::name).toList());
    }

    @Test
    void everyAlertIsMadeToFireInATest() throws IOException {
        String tests = Files.readString(DEPLOY.resolve("prometheus/rules_test.yml"));
        List<String> fired = Pattern.compile("alertname=\"(\\w+)\"")
                .matcher(tests)
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(fired)
                .containsAll(alerts().stream().map(DeployFilesTest::name).toList());
    }

    @Test
    void theCompositionHasTwoNodesNoDefaultPasswordAndNoImageThatMoves() throws IOException {
        Path file = DEPLOY.resolve("docker-compose.yml");
        Map<?, ?> services = mapIn(yaml(file), "services");
        Map<?, ?> volumes = mapIn(yaml(file), "volumes");
        List<String> targets = maps(in(yaml(DEPLOY.resolve("prometheus/prometheus.yml")), "scrape_configs")).stream()
                .flatMap(job -> maps(in(job, "static_configs")).stream())
                .flatMap(config -> ((List<?>) in(config, "targets")).stream())
                .map(Object::toString)
                .toList();

        for (String node : List.of("ovation-1", "ovation-2")) {
            Map<?, ?> service = mapIn(services, node);
            assertThat(in(service, "command").toString()).contains("--ovation.cluster.address=" + node + ":7800");
            assertThat(in(service, "environment").toString()).contains("OVATION_CLUSTER_SECRET", "EVENTSTORE_URL");
            assertThat(in(service, "volumes").toString()).contains(node + ":/var/lib/ovation");
            assertThat(volumes.containsKey(node)).isTrue();
            assertThat(targets).contains(node + ":9464");
            assertThat(Files.readString(file)).contains("server " + node + ":8080 ");
        }
        services.forEach((name, service) -> {
            Map<?, ?> each = (Map<?, ?>) service;
            if (!each.containsKey("build")) {
                assertThat(in(each, "image").toString()).as("image of %s", name).matches(FIXED);
            }
        });
        // ${NAME:-value} would be a default
        assertThat(Files.readString(file)).doesNotContain(":-");
    }
}
