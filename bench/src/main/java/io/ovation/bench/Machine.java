package io.ovation.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where and what was measured. */
final class Machine {
    private Machine() {}

    /**
     * Commit, cores, memory, kernel, JDK of the generator; the load average from before the run says whether the
     * machine had other work.
     */
    static Map<String, Object> facts(Path launcher) throws IOException, InterruptedException {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("commit", commit(launcher));
        facts.put("cores", Runtime.getRuntime().availableProcessors());
        facts.put("memoryGiB", memoryGib());
        facts.put("kernel", System.getProperty("os.version"));
        facts.put("jdk", System.getProperty("java.vm.version"));
        facts.put("loadBefore", Proc.load());
        return facts;
    }

    private static long memoryGib() throws IOException {
        return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemTotal:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 20)
                .findFirst()
                .orElse(0);
    }

    /**
     * The commit that the launcher lies in, with {@code +} when the tree has changes; {@code unknown} outside of a
     * clone.
     */
    private static String commit(Path launcher) throws IOException, InterruptedException {
        Path directory = launcher.toAbsolutePath().resolveSibling(".").normalize();
        String head = git(directory, "rev-parse", "--short=12", "HEAD");
        if (head.isEmpty()) {
            return "unknown";
        }
        return git(directory, "status", "--porcelain", "--untracked-files=no").isEmpty() ? head : head + "+";
    }

    private static String git(Path directory, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(words));
        Process git;
        try {
            git = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return ""; // no git here
        }
        String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return git.waitFor() == 0 ? said : "";
    }
}
