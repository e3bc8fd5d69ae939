package io.ovation.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/** What Linux says about processes, from {@code /proc}. A process that is gone has used nothing. */
final class Proc {
    private static final Path ROOT = Path.of("/proc");
    /** Clock ticks a second, the same on every Linux that runs a JDK. */
    private static final double TICKS = 100;

    private static final int PARENT = 1;
    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    private Proc() {}

    /** Resident memory in bytes. */
    static long rss(long pid) {
        String status = read(pid, "status");
        return status == null
                ? 0
                : status.lines()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                        .findFirst()
                        .orElse(0);
    }

    /** CPU seconds, user and system, that the process has used. */
    static double cpuSeconds(long pid) {
        String[] stat = stat(pid);
        return stat == null ? 0 : (Long.parseLong(stat[USER_TIME]) + Long.parseLong(stat[SYSTEM_TIME])) / TICKS;
    }

    /** CPU seconds of each thread name of the process, names without their numbers. */
    static SortedMap<String, Double> threads(long pid) {
        SortedMap<String, Double> seconds = new TreeMap<>();
        Path tasks = ROOT.resolve(Long.toString(pid)).resolve("task");
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (Path thread : threads) {
                String stat = read(pid, "task/" + thread.getFileName() + "/stat");
                if (stat != null) {
                    String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
                            .replaceAll("[-# ]*\\d+$", "");
                    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                    seconds.merge(
                            name,
                            (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME])) / TICKS,
                            Double::sum);
                }
            }
        } catch (IOException e) {
            return seconds; // the process ended meanwhile
        }
        return seconds;
    }

    /** CPU seconds that the machine has not been idle, what its host withheld included. */
    static double allCpuSeconds() throws IOException {
        String[] fields = Files.readAllLines(ROOT.resolve("stat")).getFirst().split(" +");
        long ticks = 0;
        // user, nice, system, (idle, waiting,) interrupts, soft interrupts, stolen
        for (int field : new int[] {1, 2, 3, 6, 7, 8}) {
            ticks += Long.parseLong(fields[field]);
        }
        return ticks / TICKS;
    }

    static String[] commandLine(long pid) {
        String line = read(pid, "cmdline");
        return line == null ? new String[0] : line.split("\0");
    }

    /** The process and all that it started, as far as they are still its children. */
    static List<Long> tree(long root) {
        List<long[]> all = new ArrayList<>();
        for (long pid : all()) {
            String[] stat = stat(pid);
            if (stat != null) {
                all.add(new long[] {pid, Long.parseLong(stat[PARENT])});
            }
        }
        List<Long> tree = new ArrayList<>(List.of(root));
        for (int i = 0; i < tree.size(); i++) {
            long parent = tree.get(i);
            all.stream().filter(entry -> entry[1] == parent).forEach(entry -> tree.add(entry[0]));
        }
        return tree;
    }

    /** The PostgreSQL server whose data lies under {@code directory}, and its processes; empty when there is none. */
    static List<Long> postgres(Path directory) {
        String under = directory.toAbsolutePath().toString();
        for (long pid : all()) {
            String[] line = commandLine(pid);
            if (line.length > 0
                    && line[0].contains("postgres")
                    && Arrays.stream(line).anyMatch(word -> word.startsWith(under))) {
                return tree(pid);
            }
        }
        return List.of();
    }

    /** The load average of the last minute. */
    static double load() throws IOException {
        return Double.parseDouble(Files.readString(ROOT.resolve("loadavg")).split(" ")[0]);
    }

    private static List<Long> all() {
        List<Long> pids = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(ROOT, "[0-9]*")) {
            entries.forEach(entry -> pids.add(Long.parseLong(entry.getFileName().toString())));
        } catch (IOException e) {
            throw new IllegalStateException("no /proc: the load program needs Linux", e);
        }
        return pids;
    }

    /** The fields after the name, which is in brackets and may hold anything. */
    private static String @Nullable [] stat(long pid) {
        String stat = read(pid, "stat");
        return stat == null ? null : stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    }

    private static @Nullable String read(long pid, String file) {
        try {
            return Files.readString(ROOT.resolve(Long.toString(pid)).resolve(file));
        } catch (IOException e) {
            return null; // it has ended
        }
    }
}
