package io.ovation.cli;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.ovation.client.ServerAddress;
import io.ovation.demo.DemoFailure;
import org.jspecify.annotations.Nullable;

/** A server that this command has started, if any; closing it stops it in the way that it likes. */
final class LocalServer implements AutoCloseable {
    /** A first start may have to build the server. */
    private static final Duration START_PATIENCE = Duration.ofMinutes(10);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);
    private static final Set<String> HERE = Set.of("127.0.0.1", "localhost");

    private final @Nullable Process process;

    private LocalServer(@Nullable Process process) {
        this.process = process;
    }

    /** The server was there already. */
    static LocalServer none() {
        return new LocalServer(null);
    }

    /** Looks whether the server is ready. */
    @FunctionalInterface
    interface Readiness {
        boolean isReady() throws InterruptedException;
    }

    /**
     * Starts a server by the launcher and returns when it is ready. Throws {@link DemoFailure}, with the last line of
     * its log, where it does not come up.
     */
    static LocalServer start(
            ServerAddress address, @Nullable String launcher, Readiness readiness, Consumer<String> say)
            throws InterruptedException {
        if (launcher == null) {
            throw new DemoFailure("--start needs the launcher: ./ovation demo --start");
        }
        if (!HERE.contains(address.host())) {
            throw new DemoFailure("--start starts a server on this machine, and " + address + " is another");
        }
        try {
            Path log = Files.createTempFile("ovation-server-", ".log");
            Process process = new ProcessBuilder(launcher, "run", "--port", String.valueOf(address.port()))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            LocalServer server = new LocalServer(process);
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
            say.accept("Starting a server; its log is " + log);
            server.awaitReady(process, readiness, log);
            return server;
        } catch (IOException e) {
            throw new DemoFailure("Cannot start a server: " + e.getMessage(), e);
        }
    }

    boolean isOurs() {
        return process != null;
    }

    /** Returns when the server has ended. */
    void await() throws InterruptedException {
        if (process != null) {
            process.waitFor();
        }
    }

    @Override
    public void close() {
        if (process == null) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitReady(Process started, Readiness readiness, Path log) throws InterruptedException, IOException {
        long giveUp = System.nanoTime() + START_PATIENCE.toNanos();
        while (!readiness.isReady()) {
            boolean ended = started.waitFor(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
            if (ended || System.nanoTime() > giveUp) {
                close();
                throw new DemoFailure("The server did not start, see " + log + ": " + lastLine(log));
            }
        }
    }

    private static String lastLine(Path log) throws IOException {
        // whatever its bytes are, they only have to be readable
        return new String(Files.readAllBytes(log), Charset.defaultCharset())
                .lines()
                .filter(line -> !line.isBlank())
                .reduce("it said nothing", (before, last) -> last);
    }
}
