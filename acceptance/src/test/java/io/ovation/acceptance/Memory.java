package io.ovation.acceptance;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the server holds after a full collection, in bytes.
 *
 * @param direct outside of the heap, such as what waits for the sockets
 * @param rss resident, without the heap's own addresses: how much of those the collector keeps ready, or has touched,
 *     says nothing of what is held
 */
record Memory(long heap, long direct, long rss) {
    static final long MIB = 1024 * 1024;
    private static final Pattern ADDRESSES = Pattern.compile("\\[0x([0-9a-f]+), 0x([0-9a-f]+)\\)");
    private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-[0-9a-f]+ .*");

    static Memory of(OvationServer server) throws IOException, InterruptedException {
        jcmd(server, "GC.run");
        String metrics = HttpApi.send(HttpRequest.newBuilder(server.uri("/actuator/prometheus")))
                .accepted()
                .text();
        long heap = sum(metrics, "jvm_memory_used_bytes{area=\"heap\"");
        assertThat(heap).isPositive();
        return new Memory(
                heap, sum(metrics, "jvm_buffer_memory_used_bytes{id=\"direct\""), residentBesideTheHeap(server));
    }

    private static long residentBesideTheHeap(OvationServer server) throws IOException, InterruptedException {
        Matcher heap = ADDRESSES.matcher(jcmd(server, "GC.heap_info"));
        assertThat(heap.find()).as("the heap's addresses").isTrue();
        long from = Long.parseLong(heap.group(1), 16);
        long to = Long.parseLong(heap.group(2), 16);
        long resident = 0;
        boolean inHeap = false;
        for (String line :
                Files.readAllLines(Path.of("/proc", Long.toString(server.jvm().pid()), "smaps"))) {
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.matches()) {
                long start = Long.parseUnsignedLong(mapping.group(1), 16);
                inHeap = Long.compareUnsigned(start, from) >= 0 && Long.compareUnsigned(start, to) < 0;
            } else if (!inHeap && line.startsWith("Rss:")) {
                resident += Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        return resident;
    }

    private static String jcmd(OvationServer server, String command) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process = new ProcessBuilder(
                        jcmd.toString(), Long.toString(server.jvm().pid()), command)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("exit code of jcmd").isZero();
        return output;
    }

    /** The sum of all that begins with that name. */
    static long sum(String metrics, String name) {
        return (long) metrics.lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Override
    public String toString() {
        return "heap %d MiB, direct %d MiB, resident beside the heap %d MiB"
                .formatted(heap / MIB, direct / MIB, rss / MIB);
    }
}
