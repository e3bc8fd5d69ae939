package io.ovation.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Nodes on this machine over one PostgreSQL, each a process of its own, on fresh data directories, started as anyone
 * starts them: by {@code ./ovation run --nodes}.
 */
final class Cluster implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofMinutes(5);
    private static final Duration GONE_WITHIN = Duration.ofSeconds(60);
    private static final String READY = "ready http";

    private final Process process;
    private final Path directory;
    private final Path log;
    private List<Integer> ports = List.of();

    private Cluster(Process process, Path directory, Path log) {
        this.process = process;
        this.directory = directory;
        this.log = log;
    }

    /**
     * Starts the nodes and returns when all are ready.
     *
     * @param launcher the {@code ovation} script
     * @param secret the HS256 secret that they are to take tokens of
     * @param count how many
     * @param settings further settings, as {@code --name=value}
     * @param logs where to keep what they write; null for nowhere
     */
    static Cluster start(Path launcher, String secret, int count, List<String> settings, @Nullable Path logs)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("ovation-bench-");
        Path log = (logs == null ? directory : Files.createDirectories(logs)).resolve("nodes-" + count + ".log");
        List<String> command = new ArrayList<>(
                List.of(launcher.toString(), "run", "--port", "0", "--nodes", Integer.toString(count)));
        command.addAll(List.of("--data", directory.resolve("data").toString(), "--", "--ovation.limits.enabled=false"));
        command.addAll(settings);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("OVATION_JWT_SECRET", secret);
        Cluster cluster = new Cluster(builder.start(), directory, log);
        try {
            cluster.awaitReady(count);
        } catch (IOException | InterruptedException | RuntimeException e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    private void awaitReady(int count) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (System.nanoTime() < deadline) {
            if (!process.isAlive()) {
                throw new IllegalStateException("the nodes ended at once:\n" + Files.readString(log));
            }
            List<String> said = Files.readAllLines(log);
            ports = said.stream()
                    .filter(line -> line.startsWith(READY))
                    .map(line -> URI.create(line.substring("ready ".length())).getPort())
                    .toList();
            if (ports.size() == count && (count == 1 || said.contains("cluster ready: " + count + " nodes"))) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new IllegalStateException("not all nodes were ready within " + READY_WITHIN.toSeconds() + " s:\n"
                + Files.readString(log));
    }

    /** The port of each node. */
    List<Integer> ports() {
        return ports;
    }

    /** Stops the nodes, and what they may have left running, and deletes their data. */
    @Override
    public void close() {
        List<ProcessHandle> started;
        try (Stream<ProcessHandle> all = process.descendants()) {
            started = all.toList();
        }
        process.destroy();
        try {
            if (!process.waitFor(GONE_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            started.forEach(ProcessHandle::destroyForcibly);
        }
        Server.delete(directory);
    }
}
