package io.ovation.acceptance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code ./ovation replay} of a log that takes its time, and before a server that stops in the middle. */
class ReplayCommandBreaksIT {
    private static final String ANALYST = Tokens.of("ann", "analyst");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final OvationServer.Launch launch =
            OvationServer.fresh("replay-breaks").with("--ovation.limits.enabled=false");
    private OvationServer server = launch.start();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aServerThatIsKilledIsExitCodeThreeAndWhereToGoOnIsTold() throws Exception {
        fill();
        List<String> all =
                analyst().get("/api/events").accepted().text().lines().toList();
        List<String> printed = new ArrayList<>();
        String goOn;
        try (ReplayProcess replay = ReplayProcess.start(server, ANALYST)) {
            printed.add(String.valueOf(replay.line()));
            server.killJvm();
            ReplayProcess.Result result = replay.result();
            printed.addAll(result.out());
            assertThat(result.code()).isEqualTo(3);
            goOn = "--after " + Json.parse(printed.getLast()).path("position").asLong();
            assertThat(result.err()).contains("; go on with " + goOn).hasLineCount(1);
        }
        assertThat(printed).hasSizeLessThan(all.size());

        server = launch.start();
        try (ReplayProcess replay = ReplayProcess.start(server, ANALYST, goOn.split(" "))) {
            ReplayProcess.Result result = replay.result();
            assertThat(result.code()).isZero();
            printed.addAll(result.out());
        }
        assertThat(printed.subList(0, all.size())).isEqualTo(all);
    }

    @Test
    void aFollowerGoesOnAfterARestartAndAlsoAfterAKillBeforeItsFirstLine() throws Exception {
        String id = new HttpApi(server, "owner", Tokens.of("owner")).opens("group");
        try (ReplayProcess replay = ReplayProcess.start(server, ANALYST, "--follow", "--types", "MessageSent")) {
            Await.until("it reads", PATIENCE, () -> analyst()
                    .get("/api/events?types=LogAccessed")
                    .accepted()
                    .text()
                    .contains("\"follow\":true"));
            server.killJvm();
            server = launch.start();
            assertThat(says(id, "first")).isEqualTo(body(replay));

            server.terminate();
            server.exitCode(PATIENCE);
            server = launch.start();
            assertThat(says(id, "second")).isEqualTo(body(replay));
            assertThat(says(id, "third")).isEqualTo(body(replay));

            replay.signal("TERM");
            ReplayProcess.Result result = replay.result();
            assertThat(result.code()).isEqualTo(143);
            assertThat(result.out()).isEmpty();
            assertThat(result.err())
                    .contains("The connection broke\n", "The server ended the stream; go on with --after ");
        }
    }

    /** Its output is a named pipe that is read slowly, and its stderr a terminal. */
    @Test
    void ofALongReadingATerminalShowsTheProgressAndTheOutputIsOnlyTheLines(@TempDir Path folder) throws Exception {
        fill();
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
        List<String> all = analyst()
                .get("/api/events?types=MessageSent")
                .accepted()
                .text()
                .lines()
                .toList();
        try (ReplayProcess terminal =
                        ReplayProcess.onTerminal(ANALYST, "--types MessageSent --url " + server.uri("") + " >" + pipe);
                InputStream lines = Files.newInputStream(pipe)) {
            StringBuilder printed = new StringBuilder();
            Await.until("a bar", PATIENCE, () -> {
                printed.append(new String(lines.readNBytes(64 * 1024), StandardCharsets.US_ASCII));
                return terminal.isTalking();
            });
            printed.append(new String(lines.readAllBytes(), StandardCharsets.US_ASCII));
            ReplayProcess.Result result = terminal.result();
            assertThat(result.code()).isZero();
            assertThat(String.join("", result.out()))
                    .matches("(\\[#* *] +\\d+ %  [0-9,]+ events, [0-9,]+/s\\u001B\\[K)+\\u001B\\[K");
            assertThat(printed.toString().lines()).isEqualTo(all);
        }
    }

    /** More than the kernel and the command hold on the way. */
    private void fill() {
        try (RSocketApi owner = RSocketApi.connect(server, "owner", Tokens.of("owner"))) {
            Load.of(owner, owner.opens("group"), 20 * Memory.MIB);
        }
    }

    private String says(String id, String text) {
        new HttpApi(server, "owner", Tokens.of("owner")).says(id, text);
        return text;
    }

    private HttpApi analyst() {
        return new HttpApi(server, "ann", ANALYST);
    }

    private static String body(ReplayProcess replay) throws IOException {
        return Json.parse(String.valueOf(replay.line()))
                .path("payload")
                .path("body")
                .asString();
    }
}
