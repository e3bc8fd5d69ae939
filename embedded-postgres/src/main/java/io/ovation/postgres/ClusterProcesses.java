package io.ovation.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL processes that work in one data directory, whoever started them.
 *
 * <p>No process is signalled for its number alone: the number in {@code postmaster.pid} may be another's by now. On
 * Linux a process is ours if its program is PostgreSQL and it works in this very directory, as all of PostgreSQL's
 * processes do; elsewhere, if it bears the cluster's name, which they all have in their titles.
 */
final class ClusterProcesses {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterProcesses.class);
    private static final Path PROC = Path.of("/proc");

    /** In which nearly every stop is over. */
    private static final Duration PROMPT = Duration.ofSeconds(5);

    /** A clean stop writes what is in the buffers: 256 MB even to a slow disk. */
    private static final Duration FAST = Duration.ofSeconds(60);

    /** PostgreSQL itself kills after 5 s what an immediate shutdown doesn't end. */
    private static final Duration IMMEDIATE = Duration.ofSeconds(8);

    /** Without their first process the others end by themselves, when they have finished their statement. */
    private static final Duration ORPHANED = Duration.ofSeconds(2);

    private final Path directory;
    private final String name;
    private final Programs programs;
    private final boolean proc;

    ClusterProcesses(Path directory, String name, Programs programs) {
        this(directory, name, programs, Files.isDirectory(PROC.resolve("self")));
    }

    ClusterProcesses(Path directory, String name, Programs programs, boolean proc) {
        this.directory = directory;
        this.name = name;
        this.programs = programs;
        this.proc = proc;
    }

    /** All that live, in no order. One that has ended and waits to be reaped doesn't count. */
    List<ProcessHandle> running() {
        return proc ? ProcessHandle.allProcesses().filter(this::worksHere).toList() : titled();
    }

    /**
     * Stops whatever runs here: cleanly if it can be, by force if it must. To be called only under the data directory's
     * lock, which tells that no other Ovation wants it.
     *
     * @throws DataDirectoryUnavailable if a process doesn't even end when killed
     */
    void stop() {
        if (running().isEmpty() || (postmaster().isEmpty() && ended(ORPHANED))) {
            return;
        }
        postmaster().ifPresent(process -> programs.signal(process, "INT"));
        if (postmaster().isPresent() && ended(PROMPT)) {
            return;
        }
        // one that was suspended hears of nothing before it goes on
        programs.proceed(running());
        if (postmaster().isPresent() && ended(FAST)) {
            return;
        }
        postmaster().ifPresent(process -> {
            LOG.warn("PostgreSQL did not stop within {} s and is stopped without a checkpoint", FAST.toSeconds());
            programs.signal(process, "QUIT");
        });
        if (postmaster().isPresent() && ended(IMMEDIATE)) {
            return;
        }
        running().forEach(ProcessHandle::destroyForcibly);
        if (!ended(IMMEDIATE)) {
            throw new DataDirectoryUnavailable(
                    "A PostgreSQL process of an earlier run on " + directory + " does not end: "
                            + running().stream().map(ProcessHandle::pid).toList());
        }
    }

    /**
     * Takes away a {@code postmaster.pid} whose number is another process's by now; PostgreSQL would take that one for
     * itself, and refuse.
     */
    void removeStalePidFile() throws IOException {
        if (notedPid().flatMap(ProcessHandle::of).isPresent() && running().isEmpty()) {
            LOG.info("The process number of an earlier PostgreSQL is another process's by now; it is left alone");
            Files.deleteIfExists(pidFile());
        }
    }

    /** The server's first process, as its own note says, if it is one that works here. */
    private Optional<ProcessHandle> postmaster() {
        Optional<Long> pid = notedPid();
        return running().stream()
                .filter(process -> pid.filter(noted -> noted == process.pid()).isPresent())
                .findFirst();
    }

    private Path pidFile() {
        return directory.resolve("postmaster.pid");
    }

    private Optional<Long> notedPid() {
        try (Stream<String> lines = Files.lines(pidFile())) {
            // a stand-alone backend writes its number as a negative one
            return lines.findFirst().map(String::strip).map(Long::valueOf).map(Math::abs);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | NumberFormatException e) {
            LOG.debug("{} names no process", pidFile(), e);
            return Optional.empty();
        }
    }

    private boolean ended(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!running().isEmpty()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        return true;
    }

    private boolean worksHere(ProcessHandle process) {
        Path entry = PROC.resolve(Long.toString(process.pid()));
        try {
            // "postgres (deleted)" if its program was replaced
            Path program = Files.readSymbolicLink(entry.resolve("exe")).getFileName();
            return program != null
                    && program.toString().split(" ", 2)[0].equals("postgres")
                    && Files.isSameFile(entry.resolve("cwd"), directory);
        } catch (IOException e) {
            // ended meanwhile, or another user's, who has no access to this directory
            LOG.trace("Process {} is not ours", process.pid(), e);
            return false;
        }
    }

    private List<ProcessHandle> titled() {
        try {
            Process ps = new ProcessBuilder("ps", "-axww", "-o", "pid=,args=").start();
            try (var lines = ps.inputReader()) {
                return lines.lines()
                        .map(String::strip)
                        .map(line -> line.split("\\s+", 2))
                        .filter(line -> line.length == 2 && isTitled(line[1]))
                        .flatMap(line -> ProcessHandle.of(Long.parseLong(line[0])).stream())
                        .toList();
            }
        } catch (IOException e) {
            throw DataDirectoryUnavailable.because("The processes of this system cannot be listed", e);
        }
    }

    private boolean isTitled(String title) {
        String program = title.split("\\s", 2)[0];
        return (program.endsWith("/postgres") && title.contains("cluster_name=" + name + " "))
                || title.startsWith("postgres: " + name + ": ");
    }
}
