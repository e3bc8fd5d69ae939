package io.ovation.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * A stretch of time that is measured: how many cores each side used in it. What the generator takes, the server lacks;
 * what others took, the kernel's own work and what the machine's host withheld among it, is {@code other}, and a figure
 * with much of that says little.
 */
final class Window {
    private final Server server;
    private final @Nullable Path recording;
    private final long start;
    private final double serverCpu;
    private final double postgresCpu;
    private final double generatorCpu;
    private final double allCpu;
    private final SortedMap<String, Double> threads;

    private Window(Server server, @Nullable Path recording) throws IOException {
        this.server = server;
        this.recording = recording;
        serverCpu = Proc.cpuSeconds(server.pid());
        postgresCpu = postgres(server);
        generatorCpu = Proc.cpuSeconds(ProcessHandle.current().pid());
        allCpu = Proc.allCpuSeconds();
        threads = Proc.threads(server.pid());
        start = System.nanoTime();
    }

    static Window open(Server server, @Nullable Path profile, String scenario)
            throws IOException, InterruptedException {
        Path recording = null;
        if (profile != null) {
            Files.createDirectories(profile);
            recording = profile.resolve(scenario + ".jfr");
            server.startRecording();
        }
        return new Window(server, recording);
    }

    private static double postgres(Server server) {
        return server.postgres().stream().mapToDouble(Proc::cpuSeconds).sum();
    }

    /** Seconds since it was opened. */
    double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    /**
     * Ends it: cores used by the server, by PostgreSQL and by the generator, and by the server's busiest threads.
     *
     * @param done how much was done in it: also gives the CPU time that each cost, which other work on the machine
     *     changes far less than it changes latency
     */
    Map<String, Object> close(long done) throws IOException, InterruptedException {
        double seconds = seconds();
        Map<String, Object> cores = new LinkedHashMap<>();
        double byServer = (Proc.cpuSeconds(server.pid()) - serverCpu) / seconds;
        double byPostgres = (postgres(server) - postgresCpu) / seconds;
        double byGenerator = (Proc.cpuSeconds(ProcessHandle.current().pid()) - generatorCpu) / seconds;
        double byAll = (Proc.allCpuSeconds() - allCpu) / seconds;
        cores.put("server", round(byServer));
        cores.put("postgres", round(byPostgres));
        cores.put("generator", round(byGenerator));
        cores.put("other", round(Math.max(0, byAll - byServer - byPostgres - byGenerator)));
        cores.put("serverMicrosEach", done == 0 ? 0 : Math.round(byServer * seconds * 1e7 / done) / 10.0);
        cores.put("postgresMicrosEach", done == 0 ? 0 : Math.round(byPostgres * seconds * 1e7 / done) / 10.0);
        cores.put("threads", busiest(seconds));
        if (recording != null) {
            server.stopRecording(recording);
        }
        return cores;
    }

    private Map<String, Double> busiest(double seconds) {
        SortedMap<String, Double> now = Proc.threads(server.pid());
        return now.entrySet().stream()
                .map(entry -> Map.entry(
                        entry.getKey(),
                        round((entry.getValue() - threads.getOrDefault(entry.getKey(), 0.0)) / seconds)))
                .filter(entry -> entry.getValue() >= 0.02)
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .limit(10)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
    }

    private static double round(double cores) {
        return Math.round(cores * 100) / 100.0;
    }
}
