package io.ovation.acceptance;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the server holds after a full collection, in bytes.
 *
 * @param direct outside of the heap, such as what waits for the sockets
 * @param rss resident, without the heap: how much of that the collector keeps ready says nothing of what is held
 */
record Memory(long heap, long direct, long rss) {
    static final long MIB = 1024 * 1024;

    static Memory of(OvationServer server) throws IOException, InterruptedException {
        String pid = Long.toString(server.jvm().pid());
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process gc = new ProcessBuilder(jcmd.toString(), pid, "GC.run").redirectErrorStream(true).start();
        gc.getInputStream().readAllBytes();
        assertThat(gc.waitFor()).as("exit code of jcmd").isZero();
        String metrics = HttpApi.send(HttpRequest.newBuilder(server.uri("/actuator/prometheus"))).accepted().text();
        long heap = sum(metrics, "jvm_memory_used_bytes{area=\"heap\"");
        long rss = Files.readAllLines(Path.of("/proc", pid, "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .sum();
        assertThat(heap).isPositive();
        long ready = sum(metrics, "jvm_memory_committed_bytes{area=\"heap\"");
        return new Memory(heap, sum(metrics, "jvm_buffer_memory_used_bytes{id=\"direct\""), rss - ready);
    }

    private static long sum(String metrics, String name) {
        return (long) metrics.lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Override
    public String toString() {
        return "heap %d MiB, direct %d MiB, resident beside the heap %d MiB".formatted(heap / MIB, direct / MIB, rss / MIB);
    }
}
