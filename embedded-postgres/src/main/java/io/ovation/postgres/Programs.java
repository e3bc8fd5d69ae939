package io.ovation.postgres;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import com.sun.security.auth.module.UnixSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs PostgreSQL's programs in the C locale, without the caller's {@code PG…} variables, and also where this process
 * is root's.
 */
final class Programs {
    private static final Logger LOG = LoggerFactory.getLogger(Programs.class);

    /**
     * PostgreSQL refuses to be root. In a user namespace of its own it is nobody to itself and to its check, while the
     * files remain root's, and so ours.
     */
    private static final List<String> AS_NOBODY = List.of("unshare", "--user");

    private static final Pattern COMPLAINT = Pattern.compile("^.*?(error|FATAL|PANIC):\\s*");

    private final Path home;
    private final boolean root;

    private Programs(Path home, boolean root) {
        this.home = home;
        this.root = root;
    }

    /**
     * @param home holds {@code bin/postgres}
     * @throws DataDirectoryUnavailable if they don't run here
     */
    static Programs in(Path home) {
        Programs programs = new Programs(home, new UnixSystem().getUid() == 0);
        try {
            programs.run("postgres", List.of("--version"), "");
        } catch (DataDirectoryUnavailable e) {
            throw new DataDirectoryUnavailable(
                    programs.root
                            ? "PostgreSQL cannot run as root here (" + e.oneLine()
                                    + "): run Ovation as another user, or set OVATION_EVENTSTORE_URL to a server"
                            : "The embedded PostgreSQL does not run on this system (" + e.oneLine()
                                    + "): set OVATION_EVENTSTORE_URL to a server",
                    e);
        }
        return programs;
    }

    /** The major version, as the programs themselves tell it to initdb. */
    String majorVersion() throws IOException {
        try (var lines = Files.lines(home.resolve("share/postgresql/postgres.bki"))) {
            return lines.findFirst().orElse("").replace("# PostgreSQL", "").strip();
        }
    }

    /**
     * Runs a program to its end.
     *
     * @return what it wrote
     * @throws DataDirectoryUnavailable if it failed, with what it complained of last
     */
    String run(String program, List<String> arguments, String input) {
        try {
            Process process = builder(List.of(), program, arguments)
                    .redirectErrorStream(true)
                    .start();
            try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
                stdin.write(input);
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            int exit = waitFor(process);
            if (exit != 0) {
                throw new DataDirectoryUnavailable(program + " failed: " + reason(output));
            }
            return output;
        } catch (IOException e) {
            throw DataDirectoryUnavailable.because(program + " could not be run", e);
        }
    }

    /**
     * Starts a server that a signal to our process group doesn't reach: a Ctrl-C in our terminal must not stop it
     * before we have drained.
     *
     * @param output takes what the server writes before its own log is open
     * @return the server's first process itself, and our child, so that its end is known at once
     */
    Process startServer(List<String> arguments, Path output) throws IOException {
        return builder(ownSession(), "postgres", arguments)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    /** Sends a signal, which Java can't: {@code INT} is PostgreSQL's fast shutdown, {@code QUIT} its immediate one. */
    void signal(ProcessHandle process, String signal) {
        try {
            run("pg_ctl", List.of("kill", signal, Long.toString(process.pid())), "");
        } catch (DataDirectoryUnavailable e) {
            LOG.debug("Process {} has ended before the signal", process.pid(), e);
        }
    }

    /** Lets suspended processes go on ({@code SIGCONT}, which {@code pg_ctl} does not send); others take no notice. */
    void proceed(List<ProcessHandle> processes) {
        if (processes.isEmpty()) {
            return;
        }
        List<String> command = new ArrayList<>(List.of("sh", "-c", "kill -CONT \"$@\"", "sh"));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        try {
            new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            LOG.debug("Nobody was told to go on", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ProcessBuilder builder(List<String> prefix, String program, List<String> arguments) {
        List<String> command = new ArrayList<>(prefix);
        if (root) {
            command.addAll(AS_NOBODY);
        }
        command.add(home.resolve("bin").resolve(program).toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    /**
     * Each of these calls setsid and becomes the program, so that the process stays our child; macOS has only the
     * second.
     */
    private static List<String> ownSession() {
        if (isOnPath("setsid")) {
            return List.of("setsid");
        }
        if (isOnPath("perl")) {
            return List.of("perl", "-MPOSIX", "-e", "POSIX::setsid(); exec @ARGV or die $!");
        }
        LOG.warn(
                "Neither setsid nor perl is here: a Ctrl-C in the terminal reaches PostgreSQL too, which is then "
                        + "started again");
        return List.of();
    }

    private static boolean isOnPath(String program) {
        return Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(System.getenv().getOrDefault("PATH", ""))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    private static int waitFor(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new DataDirectoryUnavailable("Interrupted while PostgreSQL was being prepared", e);
        }
    }

    private static String reason(String output) {
        return output.lines()
                .filter(line -> COMPLAINT.matcher(line).find())
                .reduce((earlier, later) -> later)
                .or(() -> output.lines().reduce((earlier, later) -> later))
                .map(line -> COMPLAINT.matcher(line).replaceFirst(""))
                .orElse("it said nothing");
    }
}
