package io.ovation.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Ovation in a process of its own, started by its launcher as a user starts it, on a data directory that outlives it.
 */
final class OvationServer implements AutoCloseable {
    static final String HOST = "127.0.0.1";
    private static final Path ROOT = Path.of(System.getProperty("ovation.root", ".."));
    private static final Path WORK = Path.of(System.getProperty("ovation.work", "target/servers"));
    private static final AtomicInteger PORTS =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(12_000, 19_000));
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration STOP = Duration.ofSeconds(30);

    private final Path data;
    private final Path out;
    private final Path err;
    private final int port;
    private final Process process;

    private OvationServer(Path data, Path out, Path err, int port, Process process) {
        this.data = data;
        this.out = out;
        this.err = err;
        this.port = port;
        this.process = process;
    }

    /** How a server is to be started. */
    static final class Launch {
        private final Path data;
        private final List<String> properties = new ArrayList<>();
        private final Map<String, String> environment =
                new LinkedHashMap<>(Map.of("OVATION_JWT_SECRET", Tokens.SECRET));
        private List<String> starter = List.of();
        private int port = freePort();

        private Launch(Path data) {
            this.data = data;
        }

        Launch with(String... more) {
            properties.addAll(List.of(more));
            return this;
        }

        Launch environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /** Starts the launcher by another command, which is to become it. */
        Launch by(List<String> command) {
            starter = command;
            return this;
        }

        Launch withoutEnvironment(String name) {
            environment.remove(name);
            return this;
        }

        Path data() {
            return data;
        }

        Launch port(int wanted) {
            port = wanted;
            return this;
        }

        /** Starts the process and returns when it says that it is ready. */
        OvationServer start() {
            OvationServer server = launch();
            server.awaitReady();
            return server;
        }

        /** Starts the process and returns at once. */
        OvationServer launch() {
            List<String> command = new ArrayList<>(starter);
            command.addAll(List.of(
                    launcher(),
                    "run",
                    "--port",
                    Integer.toString(port),
                    "--data",
                    data.toAbsolutePath().toString()));
            if (!properties.isEmpty()) {
                command.add("--");
                command.addAll(properties);
            }
            try {
                Path out = log("out");
                Path err = log("err");
                ProcessBuilder builder = new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()))
                        .redirectError(ProcessBuilder.Redirect.appendTo(err.toFile()));
                builder.environment()
                        .keySet()
                        .removeIf(name -> name.startsWith("OVATION_") || name.equals("MONGODB_URI"));
                builder.environment().putAll(environment);
                OvationServer server = new OvationServer(data, out, err, port, builder.start());
                // also when the tests themselves are stopped
                Runtime.getRuntime().addShutdownHook(new Thread(server::kill));
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** A new file beside the data directory, for each start its own. */
        private Path log(String suffix) throws IOException {
            return Files.createTempFile(data.toAbsolutePath().getParent(), data.getFileName() + "-", "." + suffix);
        }
    }

    /** A server on a new, empty data directory, which bears that name beside others of the kind. */
    static Launch fresh(String name) {
        try {
            Files.createDirectories(WORK);
            return on(Files.createTempDirectory(WORK, name + "-").resolve("data"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server on that data directory. */
    static Launch on(Path data) {
        return new Launch(data);
    }

    /** The launcher, as a user calls it. */
    static String launcher() {
        return ROOT.resolve("ovation").toAbsolutePath().normalize().toString();
    }

    /**
     * A port that nobody listens on, below those that the system gives to outgoing connections, and no one that was
     * answered before.
     */
    static int freePort() {
        while (true) {
            int port = PORTS.getAndIncrement();
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // taken: the next one
                continue;
            }
        }
    }

    Path data() {
        return data;
    }

    /** The same process, as who comes by another port sees it. */
    OvationServer behind(int another) {
        return new OvationServer(data, out, err, another, process);
    }

    int port() {
        return port;
    }

    URI uri(String path) {
        return URI.create("http://" + HOST + ":" + port + path);
    }

    boolean isReady() {
        return HttpApi.isOk(uri("/actuator/health/readiness"));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void awaitReady() {
        Await.until("the server is ready", START, () -> isReady() || !process.isAlive());
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    "The server ended with " + process.exitValue() + ": " + stderr() + stdout());
        }
    }

    String stdout() {
        return read(out);
    }

    String stderr() {
        return read(err);
    }

    /** The lines of stack traces in what it said; there are none, whatever clients do. */
    List<String> stackTraces() {
        return Stream.of(stdout(), stderr())
                .flatMap(String::lines)
                .filter(line -> line.startsWith("\tat "))
                .toList();
    }

    /** The process of the server itself, whether the launcher became it or waits for it. */
    ProcessHandle jvm() {
        return findJvm().orElseThrow(() -> new IllegalStateException("The server runs no more: " + stderr()));
    }

    private Optional<ProcessHandle> findJvm() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .filter(each -> each.info().command().orElse("").endsWith("/java"))
                .findFirst();
    }

    /** The postmaster of the embedded PostgreSQL, if one is alive. */
    Optional<ProcessHandle> postgres() {
        Path file = find("postmaster.pid");
        if (file == null) {
            return Optional.empty();
        }
        String pid = read(file).lines().findFirst().orElse("0").strip();
        return ProcessHandle.of(Long.parseLong(pid))
                .filter(ProcessHandle::isAlive)
                .filter(each -> each.info().command().orElse("postgres").contains("postgres"));
    }

    /** {@code kill -9} of the JVM alone. */
    void killJvm() {
        killed(List.of(jvm()));
        awaitEnd();
    }

    /** {@code kill -9} of PostgreSQL, all of its processes. */
    void killPostgres() {
        killed(postgresProcesses());
    }

    /** SIGSTOP to PostgreSQL, all of its processes: connections stay, and nobody answers. */
    List<ProcessHandle> silencePostgres() {
        List<ProcessHandle> all = postgresProcesses();
        signal("STOP", all);
        return all;
    }

    /** SIGCONT to those that are still there. */
    static void wake(List<ProcessHandle> silenced) {
        signal("CONT", silenced.stream().filter(ProcessHandle::isAlive).toList());
    }

    private static void signal(String name, List<ProcessHandle> processes) {
        if (processes.isEmpty()) {
            return;
        }
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        processes.forEach(each -> command.add(Long.toString(each.pid())));
        try {
            int status = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (status != 0) {
                throw new IllegalStateException(command + " ended with " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** {@code kill -9} of the JVM and of PostgreSQL. */
    void killAll() {
        List<ProcessHandle> all = new ArrayList<>(postgresProcesses());
        all.add(jvm());
        killed(all);
        awaitEnd();
    }

    /** The end of a process is known only once its parent, which is this one, has taken note of it. */
    private void awaitEnd() {
        Await.until("the end of the server is noted", STOP, () -> !process.isAlive());
    }

    private List<ProcessHandle> postgresProcesses() {
        ProcessHandle postmaster = postgres().orElseThrow(() -> new IllegalStateException("PostgreSQL does not run"));
        return Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
    }

    private static void killed(List<ProcessHandle> processes) {
        processes.forEach(ProcessHandle::destroyForcibly);
        Await.until("killed processes are gone", STOP, () -> processes.stream().noneMatch(OvationServer::runs));
    }

    /** Alive, and not merely waiting for its parent to take note of its end. */
    private static boolean runs(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            return false;
        }
    }

    /** SIGTERM to the JVM. */
    void terminate() {
        jvm().destroy();
    }

    /** Waits for the end of the process and answers its exit code. */
    int exitCode(Duration within) {
        try {
            if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("The server still runs after " + within + ": " + stdout());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Stops as an operator does, and waits; fails when it has told a secret while it ran. */
    @Override
    public void close() {
        if (process.isAlive()) {
            // one that is ending has no command any more by which it could be found, and needs no signal
            findJvm().ifPresent(ProcessHandle::destroy);
            exitCode(STOP);
        }
        kill();
        List<String> told = Secrets.in(stdout() + stderr());
        if (!told.isEmpty()) {
            throw new AssertionError("Lines of the log hold secrets, the first in " + data + ": " + told.getFirst());
        }
    }

    /** Leaves nothing running, in whatever state it is. */
    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        postgres().ifPresent(postmaster -> {
            postmaster.descendants().forEach(ProcessHandle::destroyForcibly);
            postmaster.destroyForcibly();
        });
    }

    private @Nullable Path find(String name) {
        try {
            if (!Files.isDirectory(data)) {
                return null;
            }
            // not Files.find: files come and go under it while PostgreSQL works
            List<Path> found = new ArrayList<>();
            Files.walkFileTree(data, Set.of(), 4, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (file.endsWith(name)) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException gone) {
                    return FileVisitResult.CONTINUE;
                }
            });
            return found.isEmpty() ? null : found.getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file, UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
