package io.ovation.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

class DemoCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "dance",
                "demo --colour",
                "demo --pace fast",
                "demo --pace 0/s",
                "demo --pace 1/s --speed 2",
                "demo --speed 0",
                "demo --speed NaN",
                "demo --speed much",
                "demo --max-pause 5h",
                "demo --url localhost",
                "demo --room 17",
                "demo --people 3",
                "demo --from x --people 0",
                "demo --from x --people 3 --cast a,b",
                "demo --from x --cast a,a",
                "demo --from x --format html",
                "demo --token-secret short"
            })
    void aCommandLineThatCannotBeUnderstoodIsToldInOneLine(String line) {
        assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(2);
        assertThat(err.toString()).startsWith("ovation").contains("--help)").hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void helpSaysWhatThereIs() {
        assertThat(run("demo", "--help")).isZero();
        assertThat(out.toString())
                .contains("--from", "--pace", "--people", "--title", "--start", "--room", "Exit codes");
    }

    @Test
    void whereNoServerAnswersItSaysHowToStartOne() throws IOException {
        assertThat(run("demo", "--url", "http://127.0.0.1:" + closedPort())).isEqualTo(1);
        assertThat(err.toString())
                .contains("No server answers at http://127.0.0.1:", "./ovation run", "--start")
                .hasLineCount(1);
    }

    @Test
    void aServerOnAnotherPortIsFoundByItsDataDirectory(@TempDir Path data) throws IOException {
        String address = "http://127.0.0.1:" + closedPort();
        Files.writeString(data.resolve(ServerOptions.ADDRESS_FILE), address + "\n");

        assertThat(run("demo", "--data", data.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("No server answers at " + address + ".").hasLineCount(1);

        Files.delete(data.resolve(ServerOptions.ADDRESS_FILE));
        assertThat(run("demo", "--data", data.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("No server runs on " + data);
    }

    @Test
    void aServerIsStartedByTheLauncherOnly() throws IOException {
        assertThat(run("demo", "--start", "--url", "http://127.0.0.1:" + closedPort()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("--start needs the launcher").hasLineCount(1);
    }

    @Test
    void aFileThatCannotBePlayedIsToldInOneLine(@TempDir Path folder) throws IOException {
        assertThat(run("demo", "--from", folder.resolve("missing").toString())).isEqualTo(1);
        assertThat(err.toString()).contains("There is no file").hasLineCount(1);

        Path text = Files.writeString(folder.resolve("text.txt"), "Once");
        assertThat(run("demo", "--speed", "2", "--from", text.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("does not say when").hasLineCount(2);
    }

    @Test
    void whatOthersWroteCannotMoveTheCursor() {
        assertThat(Printable.text("a\u001B[2Jb\r\nc\u202Ed")).isEqualTo("a [2Jb c d");
        assertThat(Printable.text("𝄞𝄞𝄞", 2)).isEqualTo("𝄞…");
        assertThat(Printable.text("abc", 3)).isEqualTo("abc");
    }

    private int run(String... args) {
        CommandLine command = OvationCommand.commandLine();
        return command.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
