package io.ovation.start;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.ovation.limits.LimitSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

class StartTest {
    private static void initialize(
            ApplicationContextInitializer<ConfigurableApplicationContext> initializer,
            Map<String, Object> settings,
            String... profiles) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("settings", settings));
        environment.setActiveProfiles(profiles);
        GenericApplicationContext context = new GenericApplicationContext();
        context.setEnvironment(environment);
        initializer.initialize(context);
    }

    @Test
    void aPortInUseIsSeenBeforeAnythingIsStarted() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = socket.getLocalPort();

            assertThatExceptionOfType(CannotStart.class)
                    .isThrownBy(() ->
                            initialize(new FreePort(), Map.of("server.address", "127.0.0.1", "server.port", port)))
                    .satisfies(cannot -> assertThat(cannot.oneLine())
                            .contains("Port " + port)
                            .doesNotContain("\n"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1"})
    void aPortThatIsChosenByTheSystemNeedsNoLook(String port) {
        assertThatNoException().isThrownBy(() -> initialize(new FreePort(), Map.of("server.port", port)));
    }

    @Test
    void aPortThatIsNoneIsRefused() {
        assertThatExceptionOfType(CannotStart.class)
                .isThrownBy(() -> initialize(new FreePort(), Map.of("server.port", "70000")));
        assertThatExceptionOfType(CannotStart.class)
                .isThrownBy(() -> initialize(new FreePort(), Map.of("server.port", "eighty")));
        assertThatExceptionOfType(CannotStart.class)
                .isThrownBy(() -> initialize(
                        new FreePort(), Map.of("server.address", "no.such.host.invalid", "server.port", "8080")));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"0.0.0.0", "192.0.2.1", "no.such.host.invalid", "-"})
    void whoGivesTokensToEverybodyListensToThisMachineOnly(@Nullable String address) {
        Map<String, Object> settings = address == null ? Map.of() : Map.of("server.address", address);

        assertThatExceptionOfType(CannotStart.class)
                .isThrownBy(() -> initialize(new LoopbackOnly(), settings, "standalone"));
        assertThatNoException().isThrownBy(() -> initialize(new LoopbackOnly(), settings, "cluster"));
    }

    @Test
    void nobodyIsBelievedWhoIsNotNamed() {
        assertThatExceptionOfType(CannotStart.class)
                .isThrownBy(() -> initialize(
                        new LoopbackOnly(), Map.of("server.forward-headers-strategy", "framework"), "cluster"));
        assertThatNoException()
                .isThrownBy(() -> initialize(
                        new LoopbackOnly(), Map.of("server.forward-headers-strategy", "native"), "cluster"));
    }

    @Test
    void aServerOfItsOwnMachineMayGiveTokensToEverybody() {
        assertThatNoException()
                .isThrownBy(() -> initialize(new LoopbackOnly(), Map.of("server.address", "127.0.0.1"), "standalone"));
        assertThatNoException()
                .isThrownBy(() -> initialize(new LoopbackOnly(), Map.of("server.address", "::1"), "standalone"));
        assertThatNoException()
                .isThrownBy(() -> initialize(
                        new LoopbackOnly(),
                        Map.of("server.address", "0.0.0.0", "ovation.security.dev-tokens", "false"),
                        "standalone"));
    }

    private static final Map<String, Object> ENOUGH_FOR_PRODUCTION =
            Map.of("ovation.security.jwt-secret", "a secret", "server.address", "0.0.0.0");

    @Test
    void aServerForOthersStartsWithWhatItNeeds() {
        assertThatNoException()
                .isThrownBy(() -> initialize(new Production(), ENOUGH_FOR_PRODUCTION, "production"));
        assertThatNoException()
                .isThrownBy(() -> initialize(
                        new Production(),
                        Map.of(
                                "ovation.security.jwt-secrets.2026",
                                "a secret",
                                "server.address",
                                "127.0.0.1",
                                "ovation.eventstore.url",
                                "postgresql://ovation:secret@db:5432/ovation",
                                "MONGODB_URI",
                                "mongodb://a:b@one,two/x"),
                        "production"));
        assertThatNoException()
                .isThrownBy(() -> initialize(
                        new Production(),
                        Map.of(
                                "ovation.security.jwks-uri",
                                "https://id.example.org/keys",
                                "ovation.security.audience",
                                "ovation",
                                "server.address",
                                "127.0.0.1",
                                "ovation.eventstore.url",
                                "jdbc:postgresql://db/ovation?user=ovation&password=secret"),
                        "production"));
        assertThatNoException().isThrownBy(() -> initialize(new Production(), Map.of(), "cluster"));
    }

    @ParameterizedTest
    @CsvSource({
        "ovation.security.jwt-secret, '', a token secret",
        "server.address, '', an address to listen on",
        "ovation.security.jwks-uri, https://id.example.org/keys, ovation.security.audience",
        "ovation.eventstore.url, postgresql://ovation@db/ovation, OVATION_EVENTSTORE_URL",
        "ovation.eventstore.url, jdbc:postgresql://db/ovation?user=ovation, OVATION_EVENTSTORE_URL",
        "MONGODB_URI, mongodb://one:27017/x, MONGODB_URI"
    })
    void aServerForOthersDoesNotStartWithoutWhatItNeeds(String name, String value, String lacking) {
        Map<String, Object> settings = new HashMap<>(ENOUGH_FOR_PRODUCTION);
        settings.put(name, value);
        settings.values().remove("");

        assertThatExceptionOfType(CannotStart.class)
                .isThrownBy(() -> initialize(new Production(), settings, "production"))
                .satisfies(cannot ->
                        assertThat(cannot.oneLine()).contains(lacking).doesNotContain("\n").doesNotContain("; and"));
        assertThatExceptionOfType(CannotStart.class)
                .isThrownBy(() -> initialize(new Production(), settings, "production", "standalone"));
    }

    @Test
    void theAddressThatIsInTheJarWasChosenByNobody() {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "Config resource 'class path resource [application.yml]' via location 'optional:classpath:/'",
                        Map.of("server.address", "127.0.0.1")));
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource("settings", Map.of("ovation.security.jwt-secret", "a secret")));
        environment.setActiveProfiles("production");
        GenericApplicationContext context = new GenericApplicationContext();
        context.setEnvironment(environment);

        assertThatExceptionOfType(CannotStart.class)
                .isThrownBy(() -> new Production().initialize(context))
                .satisfies(cannot -> assertThat(cannot.oneLine()).contains("an address to listen on"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ovation.limits.enable",
                "ovation.limit.enabled",
                "ovation.xyz",
                "ovation.limits.enabled.more",
                "ovation.web.allowed-origin[0]"
            })
    void aSettingThatThereIsNoneOfIsRefused(String name) {
        assertThatExceptionOfType(CannotStart.class)
                .isThrownBy(() -> initialize(new KnownSettings(new String[0]), Map.of(name, "false")))
                .satisfies(cannot -> assertThat(cannot.oneLine()).contains(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ovation.limits.enabled",
                "ovation.limits.sendsPerSecond",
                "ovation.limits.send_burst",
                "ovation.web.allowed-origins[0]",
                "ovation.data",
                "other.thing"
            })
    void aSettingThatThereIsMayBeSpelledAsSpringSpellsThem(String name) {
        assertThatNoException().isThrownBy(() -> initialize(new KnownSettings(new String[0]), Map.of(name, "1")));
    }

    @Test
    void aVariableOfSomebodyElseIsNoReasonNotToStart() {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        Map.of("OVATION_HOME", "/opt", "OVATION_LIMITS_ENABLED", "false")));
        GenericApplicationContext context = new GenericApplicationContext();
        context.setEnvironment(environment);

        assertThatNoException().isThrownBy(() -> new KnownSettings(new String[0]).initialize(context));
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "-p", "--prot=8081", "--help"})
    void anArgumentThatIsNoSettingIsRefused(String argument) {
        assertThatExceptionOfType(CannotStart.class)
                .isThrownBy(() -> initialize(new KnownSettings(new String[] {argument}), Map.of()))
                .satisfies(cannot -> assertThat(cannot.oneLine()).contains(argument));
    }

    @Test
    void whyItDoesNotStartIsOneLine() {
        assertThat(report(new BeanCreationException("bean", "failed", new CannotStart("The disk is\n  full"))))
                .isEqualTo("ovation: The disk is full\n");
        assertThat(report(new BeanCreationException("bean", "failed", new PortInUseException(8080))))
                .contains("Port 8080 ")
                .hasLineCount(1);
        assertThat(report(new IllegalStateException("a\nb"))).contains("a b").hasLineCount(1);
    }

    @Test
    void aWrongValueIsToldWithItsName() {
        assertThat(report(wrong("ovation.limits.enabled", "perhaps")))
                .isEqualTo("ovation: ovation.limits.enabled cannot be 'perhaps'\n");
        assertThat(report(wrong("ovation.limits.request-size", "many")))
                .isEqualTo("ovation: ovation.limits.request-size cannot be 'many'\n");
        assertThat(report(wrong("ovation.limits.send-burst", "0")))
                .contains("ovation.limits.send-burst must be between 1 and")
                .hasLineCount(1);
    }

    private static Throwable wrong(String name, String value) {
        try {
            new Binder(new MapConfigurationPropertySource(Map.of(name, value)))
                    .bind("ovation.limits", LimitSettings.class);
        } catch (RuntimeException wrong) {
            return wrong;
        }
        throw new AssertionError(name + " can be " + value);
    }

    private static String report(Throwable failure) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(new OneLineReport(new PrintStream(out, true, StandardCharsets.UTF_8)).reportException(failure))
                .isTrue();
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "server.prot, server.port",
        "sping.profiles.active, spring.profiles.active",
        "ovation.limits.enable, ovation.limits.enabled",
    })
    void aSettingThatDoesNotExistIsRefusedWithTheOneThatWasMeant(String wrong, String meant) {
        assertThatExceptionOfType(CannotStart.class)
                .isThrownBy(() -> initialize(new KnownSettings(new String[0]), Map.of(wrong, "1")))
                .satisfies(cannot -> assertThat(cannot.oneLine())
                        .contains("Unknown setting " + wrong)
                        .contains("did you mean " + meant + "?"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server.port",
                "spring.profiles.default",
                "spring.profiles.active",
                "spring.config.additional-location",
                "logging.level.io.ovation",
                "logging.level.root",
                "management.endpoint.health.group.readiness.include",
                "spring.ssl.bundle.pem.mine.keystore.certificate",
                "debug",
            })
    void aSettingOfALibraryIsTaken(String name) {
        assertThatNoException()
                .isThrownBy(() -> initialize(new KnownSettings(new String[0]), Map.of(name, "info")));
    }

    @Test
    void aDataDirectoryThatIsAFileIsNamed(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        for (Path data : List.of(file, file.resolve("below"))) {
            assertThatExceptionOfType(CannotStart.class)
                    .isThrownBy(() -> initialize(new DataDirectory(), Map.of("ovation.data", data.toString())))
                    .satisfies(cannot -> assertThat(cannot.oneLine()).contains(file + " is a file"));
        }
        assertThatNoException()
                .isThrownBy(() -> initialize(
                        new DataDirectory(), Map.of("ovation.data", directory.resolve("new").toString())));
    }

    @Test
    void theAddressIsInTheDataDirectoryWhileTheServerRuns(@TempDir Path directory) throws IOException {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource(
                "settings", Map.of("ovation.data", directory.toString(), "server.address", "0.0.0.0")));
        AddressFile file = new AddressFile(environment);

        file.write(8123);
        assertThat(directory.resolve(AddressFile.NAME)).hasContent("http://127.0.0.1:8123\n");

        file.on(new ContextClosedEvent(new GenericApplicationContext()));
        assertThat(directory).isEmptyDirectory();
    }
}
