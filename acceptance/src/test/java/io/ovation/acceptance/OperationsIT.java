package io.ovation.acceptance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an operator sees: how the server starts, why it does not, how it stops, and what is there when it starts again.
 */
@ExtendWith(SharedServer.class)
class OperationsIT {
    /** For a refusal to start; a minute would do for an operator, but no refusal takes half of it. */
    private static final Duration SOON = Duration.ofSeconds(30);

    private static final Duration STOP = Duration.ofSeconds(15);

    static Stream<Arguments> settingsThatAreWrong() {
        return Stream.of(
                Arguments.of(List.of("--ovation.limits.enabled=perhaps"), "ovation.limits.enabled"),
                Arguments.of(List.of("--ovation.limits.nonsense=1"), "ovation.limits.nonsense"),
                Arguments.of(List.of("nonsense"), "nonsense"),
                Arguments.of(List.of("--server.address=no.such.host.invalid"), "no.such.host.invalid"));
    }

    @Test
    void aServerThatIsReadySaysSo(OvationServer server) {
        assertThat(server.isReady()).isTrue();
        assertThat(HttpApi.isOk(server.uri("/actuator/health/liveness"))).isTrue();
        Await.until("the line is there", SOON, () -> server.stdout()
                .lines()
                .anyMatch(line -> line.equals("ready " + server.uri(""))));
        assertThat(server.stderr()).isEmpty();
    }

    @Test
    void whatIsInsideIsForAdminsOnly(People people) {
        OvationServer server = people.server();
        for (String name : Set.of("env", "beans", "heapdump", "loggers", "configprops", "threaddump", "shutdown", "")) {
            HttpRequest.Builder request = HttpRequest.newBuilder(server.uri("/actuator/" + name));
            assertThat(HttpApi.send(request).status()).as(name).isIn(401, 403, 404);
            assertThat(people.http("ada").get("/actuator/" + name).status())
                    .as(name)
                    .isIn(403, 404);
        }
        assertThat(open(server, "/actuator/prometheus")).contains("jvm_memory_used_bytes");
        assertThat(open(server, "/actuator/health/readiness")).doesNotContainPattern(Reply.INSIDE);
    }

    @ParameterizedTest
    @MethodSource("settingsThatAreWrong")
    void aSettingThatIsWrongIsNamedAndNothingStarts(List<String> settings, String named) {
        OvationServer.Launch launch = OvationServer.fresh("wrong").with(settings.toArray(String[]::new));
        try (OvationServer server = launch.launch()) {
            assertThat(refusal(server)).contains(named);
            assertThat(server.data().resolve("postgres")).doesNotExist();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OVATION_JWT_SECRET too short",
                "OVATION_EVENTSTORE_URL jdbc:postgresql://127.0.0.1:1/ovation",
                "OVATION_EVENTSTORE_URL nonsense",
                "MONGODB_URI mongodb://127.0.0.1:1/ovation",
                "MONGODB_URI nonsense"
            })
    void anEnvironmentThatIsWrongIsNamed(String variable) {
        String name = variable.substring(0, variable.indexOf(' '));
        String value = variable.substring(variable.indexOf(' ') + 1);
        try (OvationServer server =
                OvationServer.fresh("wrong").environment(name, value).launch()) {
            refusal(server);
            assertThat(server.postgres()).as("a PostgreSQL left behind").isEmpty();
        }
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (ServerSocket taken =
                        new ServerSocket(OvationServer.freePort(), 1, InetAddress.getByName(OvationServer.HOST));
                OvationServer server =
                        OvationServer.fresh("port").port(taken.getLocalPort()).launch()) {
            assertThat(refusal(server)).contains(Integer.toString(taken.getLocalPort()));
            assertThat(server.postgres()).as("a PostgreSQL left behind").isEmpty();
        }
    }

    @Test
    void aDataDirectoryThatIsNoneIsNamed() throws IOException {
        OvationServer.Launch launch = OvationServer.fresh("file");
        Files.writeString(launch.data(), "no directory");
        try (OvationServer server = launch.launch()) {
            assertThat(refusal(server)).contains(launch.data().toString());
        }
    }

    @Test
    void aSecondServerOnTheSameDataLeavesTheFirstAlone(People people) {
        OvationServer first = people.server();
        HttpApi ada = people.http("ada");
        String id = ada.opens("group");

        // not closed: that would end what still runs on its data, which is the first one's
        OvationServer second = OvationServer.on(first.data()).launch();
        assertThat(refusal(second)).contains(first.data().toString());

        ada.says(id, "Hello");
        assertThat(ada.lastSeq(id)).isEqualTo(1);
        assertThat(first.isReady()).isTrue();
    }

    @Test
    void aServerThatStopsTellsItsStreamsAndHasItAllWhenItStartsAgain() throws IOException {
        // no secret is given: the server makes one, and keeps it
        OvationServer.Launch launch = OvationServer.fresh("restart").withoutEnvironment("OVATION_JWT_SECRET");
        OvationServer server = launch.start();
        try {
            String token = devToken(server);
            HttpApi ada = new HttpApi(server, "ada", token);
            String id = ada.opens("group");
            for (int i = 0; i < 20; i++) {
                ada.says(id, "Number " + i);
            }
            String messageId = UUID.randomUUID().toString();
            Reply first = ada.send(id, messageId, "The first of them").accepted();
            ada.edit(id, messageId, "Edited").accepted();
            ada.redact(id, ada.messages(id).getFirst().path("messageId").asString())
                    .accepted();
            Reply history = ada.history(id, Json.object());
            Reply list = ada.list(Json.object());

            String cursor;
            try (RSocketApi alsoAda = RSocketApi.connect(server, "ada", token);
                    Live rsocket = alsoAda.watch(id, null);
                    Live sse = ada.watch(id, null)) {
                rsocket.frames().opened();
                sse.frames().opened();
                ada.addMember(id, "bob", "member").accepted();
                cursor = rsocket.frames().next("member").path("cursor").asString();
                sse.frames().next("member");

                server.terminate();

                for (Live each : List.of(rsocket, sse)) {
                    JsonNode reconnect = each.frames().next("reconnect");
                    assertThat(reconnect.path("after").isIntegralNumber())
                            .as("milliseconds in %s", reconnect)
                            .isTrue();
                    assertThat(reconnect.path("after").asLong()).isBetween(0L, 60_000L);
                }
            }
            assertThat(server.exitCode(STOP)).as("the exit code after SIGTERM").isIn(0, 128 + 15);
            assertThat(server.postgres()).as("a PostgreSQL left behind").isEmpty();
            assertThat(server.stderr()).isEmpty();
            assertThat(server.stackTraces()).isEmpty();

            server = launch.start();
            HttpApi again = new HttpApi(server, "ada", token);
            assertThat(again.history(id, Json.object()).text()).isEqualTo(history.text());
            assertThat(again.list(Json.object())
                            .text()
                            .replace(",\"bob\"", "")
                            .replace("\"bob\",", "")
                            .replace("\"memberCount\":2", "\"memberCount\":1"))
                    .as("as it was before bob came")
                    .isEqualTo(list.text());
            assertThat(again.send(id, messageId, "The first of them")).isEqualTo(first);
            try (Live resumed = again.watch(id, cursor)) {
                String next = again.says(id, "And on");
                assertThat(resumed.frames().next("message").path("messageId").asString())
                        .isEqualTo(next);
            }
            assertThat(again.lastSeq(id)).isEqualTo(22);
            assertThat(Files.getPosixFilePermissions(secret(server.data())).toString())
                    .doesNotContain("OTHERS")
                    .doesNotContain("GROUP");
        } finally {
            server.close();
        }
    }

    /** What is answered at that address to whoever asks from this machine. */
    private static String open(OvationServer server, String path) {
        return HttpApi.send(HttpRequest.newBuilder(server.uri(path))).accepted().text();
    }

    private static String devToken(OvationServer server) {
        return IdentityIT.devToken(new HttpApi(server, "", ""), Json.object("user", "ada"))
                .accepted()
                .text("token");
    }

    private static Path secret(Path data) throws IOException {
        try (Stream<Path> files = Files.list(data)) {
            return files.filter(file -> file.getFileName().toString().contains("secret"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** The one line that says why a server does not start. */
    private static String refusal(OvationServer server) {
        assertThat(server.exitCode(SOON)).as("the exit code").isNotZero();
        assertThat(server.stderr().lines()).as("stderr").hasSize(1);
        assertThat(server.stackTraces()).isEmpty();
        return server.stderr();
    }
}
