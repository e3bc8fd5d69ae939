package io.ovation.eventstore.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A PostgreSQL data directory and the processes that run on it. */
final class Cluster {
    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
    private static final String MAJOR_VERSION = "17";
    private static final long STOP_SECONDS = 30;

    /** For an append-only log on a small machine; nothing here trades durability. */
    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("fsync", "on"),
            Map.entry("synchronous_commit", "on"),
            Map.entry("full_page_writes", "on"),
            Map.entry("listen_addresses", "127.0.0.1"),
            Map.entry("unix_socket_directories", "''"),
            Map.entry("max_connections", "50"),
            // the tail of the log and the indexes' right edges stay in memory
            Map.entry("shared_buffers", "256MB"),
            Map.entry("huge_pages", "off"),
            // rare checkpoints: each makes the next change of a page write the whole page
            Map.entry("max_wal_size", "2GB"),
            Map.entry("checkpoint_timeout", "15min"),
            Map.entry("wal_compression", "lz4"),
            // short statements: planning them for a compiler costs more than it saves
            Map.entry("jit", "off"),
            Map.entry("logging_collector", "on"),
            Map.entry("log_directory", "log"),
            Map.entry("log_filename", "postgresql-%a.log"),
            Map.entry("log_truncate_on_rotation", "on"),
            Map.entry("log_rotation_age", "1d"));

    private final Path programs;
    private final Path directory;

    /**
     * @param programs holds {@code bin/postgres}
     * @param directory where the data is, or will be
     */
    Cluster(Path programs, Path directory) {
        this.programs = programs;
        this.directory = directory;
    }

    /** Makes the cluster if there is none; a kill half-way leaves none. */
    void create(String user, Path passwordFile) {
        try {
            Path version = directory.resolve("PG_VERSION");
            if (Files.exists(version)) {
                if (!Files.readString(version).strip().equals(MAJOR_VERSION)) {
                    throw new DataDirectoryUnavailable("The data in " + directory + " is of PostgreSQL "
                            + Files.readString(version).strip() + ", and this server brings " + MAJOR_VERSION);
                }
                return;
            }
            Path making = Files.createTempDirectory(directory.getParent(), "making-");
            run("initdb", "-D", making.toString(), "-U", user, "--pwfile", passwordFile.toString(), "-A", "scram-sha-256",
                    "-E", "UTF8", "--locale=C", "--no-instructions");
            Files.move(making, directory);
        } catch (IOException e) {
            throw new DataDirectoryUnavailable("The data directory " + directory + " could not be made", e);
        }
    }

    /**
     * Starts the server and waits until it takes connections.
     *
     * @return the process; it lives on when this one dies
     */
    ProcessHandle start(int port) {
        StringBuilder options = new StringBuilder("-p " + port);
        SETTINGS.forEach((name, value) -> options.append(" -c ").append(name).append('=').append(value));
        // pg_ctl gives it a session of its own: a Ctrl-C in our terminal must not stop it before we have drained
        run("pg_ctl", "-D", directory.toString(), "-w", "-t", "600", "-l", directory.resolve("start.log").toString(),
                "-o", options.toString(), "start");
        return postmaster().orElseThrow(() -> new DataDirectoryUnavailable(
                "PostgreSQL stopped right after its start; see " + directory.resolve("log")));
    }

    /**
     * Stops whatever runs on this directory: cleanly if it can be, by force if it must. To be called only under the directory's lock, so that what runs is what a
     * killed server has left.
     */
    void stopAll() {
        Optional<ProcessHandle> postmaster = postmaster();
        if (postmaster.isPresent()) {
            try {
                run("pg_ctl", "-D", directory.toString(), "-m", "fast", "-w", "-t", Long.toString(STOP_SECONDS), "stop");
            } catch (DataDirectoryUnavailable e) {
                LOG.warn("PostgreSQL did not stop in {} s, and is made to", STOP_SECONDS);
            }
        }
        List<ProcessHandle> left = processes();
        left.forEach(ProcessHandle::destroyForcibly);
        awaitExit(left);
        try {
            // its process number may belong to somebody else by now, and PostgreSQL would believe that it still runs
            Files.deleteIfExists(directory.resolve("postmaster.pid"));
        } catch (IOException e) {
            throw new DataDirectoryUnavailable("The data directory " + directory + " cannot be written", e);
        }
    }

    private static void awaitExit(List<ProcessHandle> processes) {
        CompletableFuture<?>[] exits = processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(exits).get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new DataDirectoryUnavailable("A PostgreSQL process of an earlier run does not end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The server's first process, as its own note says, if it is really one that runs here. */
    Optional<ProcessHandle> postmaster() {
        Path note = directory.resolve("postmaster.pid");
        try {
            if (!Files.exists(note)) {
                return Optional.empty();
            }
            List<String> lines = Files.readAllLines(note);
            return lines.isEmpty()
                    ? Optional.empty()
                    : ProcessHandle.of(Long.parseLong(lines.getFirst().strip())).filter(this::runsHere);
        } catch (IOException | NumberFormatException e) {
            LOG.debug("No process could be read from {}", note, e);
            return Optional.empty();
        }
    }

    private List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses().filter(this::runsHere).toList();
    }

    /** A PostgreSQL process that works in this directory: every one of them does, and nothing else is ever signalled. */
    private boolean runsHere(ProcessHandle process) {
        if (!process.isAlive() || !process.info().command().orElse("").endsWith("/postgres")) {
            return false;
        }
        Path proc = Path.of("/proc", Long.toString(process.pid()), "cwd");
        try {
            return Files.exists(proc)
                    ? Files.isSameFile(proc, directory)
                    : process.info().commandLine().orElse("").contains(directory.toString());
        } catch (IOException e) {
            LOG.debug("Process {} is gone or not ours", process.pid(), e);
            return false;
        }
    }

    private void run(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            // PostgreSQL refuses to run as root; in a user namespace of its own it is nobody, with root's access to the files
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(programs.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile("ovation-" + program, ".out");
            try {
                ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
                builder.environment().put("LC_ALL", "C");
                // not read through a pipe: the server that pg_ctl starts would inherit it and keep it open
                int exit = builder.start().waitFor();
                if (exit != 0) {
                    throw new DataDirectoryUnavailable(program + " failed on " + directory + ": "
                            + Files.readString(output, StandardCharsets.UTF_8).strip());
                }
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new DataDirectoryUnavailable(program + " could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DataDirectoryUnavailable(program + " was interrupted", e);
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }
}
