package io.ovation.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A stretch of time that is measured: how many cores each side used in it. What the generator takes, the server lacks. */
final class Window {
    private final Server server;
    private final @Nullable Path recording;
    private final long start;
    private final double serverCpu;
    private final double postgresCpu;
    private final double generatorCpu;
    private final SortedMap<String, Double> threads;

    private Window(Server server, @Nullable Path recording) {
        this.server = server;
        this.recording = recording;
        serverCpu = Proc.cpuSeconds(server.pid());
        postgresCpu = postgres(server);
        generatorCpu = Proc.cpuSeconds(ProcessHandle.current().pid());
        threads = Proc.threads(server.pid());
        start = System.nanoTime();
    }

    static Window open(Server server, @Nullable Path profile, String scenario) throws IOException, InterruptedException {
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

    /** Ends it: cores used by the server, by PostgreSQL and by the generator, and by the server's busiest threads. */
    Map<String, Object> close() throws IOException, InterruptedException {
        double seconds = seconds();
        Map<String, Object> cores = new LinkedHashMap<>();
        cores.put("server", round((Proc.cpuSeconds(server.pid()) - serverCpu) / seconds));
        cores.put("postgres", round((postgres(server) - postgresCpu) / seconds));
        cores.put("generator", round((Proc.cpuSeconds(ProcessHandle.current().pid()) - generatorCpu) / seconds));
        cores.put("threads", busiest(seconds));
        if (recording != null) {
            server.stopRecording(recording);
        }
        return cores;
    }

    private Map<String, Double> busiest(double seconds) {
        SortedMap<String, Double> now = Proc.threads(server.pid());
        return now.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), round((entry.getValue() - threads.getOrDefault(entry.getKey(), 0.0)) / seconds)))
                .filter(entry -> entry.getValue() >= 0.02)
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .limit(10)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
    }

    private static double round(double cores) {
        return Math.round(cores * 100) / 100.0;
    }
}
