package io.ovation.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The real server, in a process of its own on a fresh data directory, started as anyone starts it: by
 * {@code ./ovation run}.
 */
final class Server implements AutoCloseable {
    /** A log of a million events is read into the embedded read models first. */
    private static final Duration READY_WITHIN = Duration.ofMinutes(10);

    private static final Duration GONE_WITHIN = Duration.ofSeconds(30);

    private final Process process;
    private final int port;
    private final Path directory;
    private final Path log;
    private long pid;

    private Server(Process process, int port, Path directory, Path log) {
        this.process = process;
        this.port = port;
        this.directory = directory;
        this.log = log;
    }

    /**
     * Starts the server and returns when it is ready.
     *
     * @param launcher the {@code ovation} script
     * @param secret the HS256 secret that it is to take tokens of
     * @param settings further settings, as {@code --name=value}
     * @param logs where to keep what it writes; null for nowhere
     */
    static Server start(Path launcher, String secret, List<String> settings, @Nullable Path logs)
            throws IOException, InterruptedException {
        return start(launcher, secret, settings, logs, data -> {});
    }

    /**
     * The same, on a data directory that is not empty.
     *
     * @param before is given the data directory before the server is started
     */
    static Server start(Path launcher, String secret, List<String> settings, @Nullable Path logs, Consumer<Path> before)
            throws IOException, InterruptedException {
        int port = freePort();
        Path directory = Files.createTempDirectory("ovation-bench-");
        before.accept(Files.createDirectories(directory.resolve("data")));
        Path log = (logs == null ? directory : Files.createDirectories(logs)).resolve("server-" + port + ".log");
        List<String> command = new ArrayList<>(List.of(launcher.toString(), "run", "--port", Integer.toString(port)));
        command.addAll(List.of("--data", directory.resolve("data").toString(), "--", "--ovation.limits.enabled=false"));
        command.addAll(settings);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("OVATION_JWT_SECRET", secret);
        Server server = new Server(builder.start(), port, directory, log);
        try {
            server.awaitReady();
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
        return server;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        URI readiness = URI.create("http://127.0.0.1:" + port + "/actuator/health/readiness");
        HttpRequest request =
                HttpRequest.newBuilder(readiness).timeout(Duration.ofSeconds(5)).build();
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (System.nanoTime() < deadline) {
                if (!process.isAlive()) {
                    throw new IllegalStateException("the server ended at once:\n" + tail());
                }
                if (answersOk(client, request)) {
                    pid = javaProcess();
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        throw new IllegalStateException(
                "the server was not ready within " + READY_WITHIN.toSeconds() + " s:\n" + tail());
    }

    private static boolean answersOk(HttpClient client, HttpRequest request) throws InterruptedException {
        try {
            return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false; // not listening yet
        }
    }

    private long javaProcess() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .filter(handle -> handle.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the launcher started no java"))
                .pid();
    }

    int port() {
        return port;
    }

    long pid() {
        return pid;
    }

    /** The processes of the embedded PostgreSQL; empty when the server uses another one. */
    List<Long> postgres() {
        return Proc.postgres(directory);
    }

    /** The flags of the JVM and the settings of the server, without paths. */
    List<String> flags() {
        return Arrays.stream(Proc.commandLine(pid))
                .skip(1)
                .filter(word -> word.startsWith("-") && !word.contains("/") && !word.equals("-jar"))
                .filter(word -> !word.startsWith("--server.port"))
                .toList();
    }

    /** The version of the JVM that runs the server. */
    String jdk() throws IOException, InterruptedException {
        String said = jcmd("VM.version");
        return said.lines()
                .filter(line -> line.startsWith("JDK "))
                .findFirst()
                .map(line -> line.substring(4))
                .orElse("unknown");
    }

    /** Bytes of live heap: what is used right after a full collection. */
    long liveHeap() throws IOException, InterruptedException {
        jcmd("GC.run");
        return usedHeap();
    }

    /** Bytes of heap in use, garbage included. */
    long usedHeap() throws IOException, InterruptedException {
        // the collectors write "used 12345K" in their own way, but all of them in the first line that says so
        String info = jcmd("GC.heap_info");
        Matcher used = Pattern.compile("used (\\d+)([KM])").matcher(info);
        if (!used.find()) {
            throw new IllegalStateException("no used heap in: " + info);
        }
        return Long.parseLong(used.group(1)) << (used.group(2).equals("K") ? 10 : 20);
    }

    /** Starts a flight recording. */
    void startRecording() throws IOException, InterruptedException {
        jcmd("JFR.start", "name=bench", "settings=profile");
    }

    /** Ends the flight recording into the file. */
    void stopRecording(Path file) throws IOException, InterruptedException {
        jcmd("JFR.stop", "name=bench", "filename=" + file.toAbsolutePath());
    }

    private String jcmd(String... words) throws IOException, InterruptedException {
        String java =
                ProcessHandle.of(pid).flatMap(handle -> handle.info().command()).orElseThrow();
        List<String> command =
                new ArrayList<>(List.of(Path.of(java).resolveSibling("jcmd").toString(), Long.toString(pid)));
        command.addAll(List.of(words));
        Process jcmd = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", words) + " failed: " + said);
        }
        return said;
    }

    /** The end of what the server has written. */
    String tail() throws IOException {
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    }

    /** Lines of the server's log that are warnings or errors. */
    List<String> complaints() throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                    .toList();
        }
    }

    /** Stops the server, and what it may have left running, and deletes its data. */
    @Override
    public void close() {
        List<ProcessHandle> started = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(GONE_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            started.forEach(ProcessHandle::destroyForcibly);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
        postgres().stream().flatMap(left -> ProcessHandle.of(left).stream()).forEach(ProcessHandle::destroyForcibly);
        delete(directory);
    }

    static void delete(Path directory) {
        try (Stream<Path> paths = Files.walk(directory)) {
            paths.sorted(Comparator.reverseOrder()).forEach(Server::deleteOne);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteOne(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
