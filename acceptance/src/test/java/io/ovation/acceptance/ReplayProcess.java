package io.ovation.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/** {@code ./ovation replay} in a process of its own, with a pipe for its output. */
final class ReplayProcess implements AutoCloseable {
    private static final Duration END = Duration.ofSeconds(60);

    private final Process process;
    private final BufferedReader out;
    private final Path err;

    private ReplayProcess(Process process, Path err) {
        this.process = process;
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8), 1024);
        this.err = err;
    }

    /** What it said, and its exit code. */
    record Result(int code, List<String> out, String err) {}

    /** Starts it before that server, as that analyst. */
    static ReplayProcess start(OvationServer server, String token, String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of("--url", server.uri("").toString()));
        all.addAll(List.of(options));
        return start(Map.of("OVATION_TOKEN", token), all);
    }

    /** Starts it with those options and that environment alone. */
    static ReplayProcess start(Map<String, String> environment, List<String> options) throws IOException {
        List<String> command = new ArrayList<>(List.of(OvationServer.launcher(), "replay"));
        command.addAll(options);
        return run(environment, command);
    }

    /** Starts it on a terminal, which is the output of this process. */
    static ReplayProcess onTerminal(String token, String commandLine) throws IOException {
        return run(
                Map.of("OVATION_TOKEN", token),
                List.of("script", "-qec", OvationServer.launcher() + " replay " + commandLine, "/dev/null"));
    }

    private static ReplayProcess run(Map<String, String> environment, List<String> command) throws IOException {
        Path err = Files.createTempFile("replay-", ".err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("OVATION_"));
        builder.environment().putAll(environment);
        return new ReplayProcess(builder.start(), err);
    }

    /** The next line of its output; null at the end of that. */
    @Nullable
    String line() throws IOException {
        return out.readLine();
    }

    /** Whether there is output that was not read. */
    boolean isTalking() throws IOException {
        return out.ready();
    }

    /** Sends a signal, such as {@code INT}. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /** Reads its output no more. */
    void stopReading() throws IOException {
        out.close();
    }

    String err() throws IOException {
        return Files.readString(err);
    }

    int code() throws InterruptedException {
        if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("The command still runs after " + END);
        }
        return process.exitValue();
    }

    /** Reads the rest of its output and waits for its end. */
    Result result() throws IOException, InterruptedException {
        List<String> lines = out.lines().toList();
        return new Result(code(), lines, err());
    }

    @Override
    public void close() throws IOException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        Files.delete(err);
    }
}
