package io.ovation.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.ovation.bench.wire.Connection;

/**
 * What compression by the server itself saves and costs: the same pages of a history, plain and in gzip, asked for one
 * after the other.
 */
final class CompressionScenario implements Scenario {
    private static final int MESSAGES = 400;
    private static final int WORDS = 14;

    /** As people write: gzip finds little in the random text of the other scenarios. */
    private static final List<String> VOCABULARY = List.of(
            "the", "a", "of", "and", "to", "in", "is", "that", "it", "we", "you", "they", "this", "not", "for", "on",
            "with", "have", "be", "at", "but", "what", "so", "if", "who", "when", "there", "can", "meeting", "tomorrow",
            "server", "release", "question", "answer", "thanks", "agree", "please", "later", "today", "morning");

    @Override
    public String name() {
        return "compression";
    }

    @Override
    public String what() {
        return "pages of 50 and 200 messages over HTTP, plain and in gzip: bytes, the server's CPU and latency of each";
    }

    @Override
    public Figures run(Options options) throws Exception {
        options.serverSettings = Stream.concat(
                        options.serverSettings.stream(),
                        Stream.of("--server.compression.enabled=true", "--server.compression.min-response-size=1KB"))
                .toList();
        Figures figures = new Figures();
        try (Bed bed = Bed.open(options)) {
            List<Connection> connections = bed.connect(1);
            Room room = Bed.rooms(connections, 1, "group", i -> "[]").getFirst();
            SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < MESSAGES; i++) {
                bed.archive().post(room, "{\"body\":\"" + sentence(random) + "\"}");
            }
            int times = options.times(5_000);
            for (int limit : options.sizes(50, 200)) {
                for (String encoding : List.of("identity", "gzip")) {
                    pages(bed, room, limit, encoding, times);
                    figures.step(step(bed, room, limit, encoding, times));
                }
            }
            figures.put("server", ServerFacts.of(bed.server()));
        }
        return figures;
    }

    private static String sentence(SplittableRandom random) {
        return random.ints(WORDS, 0, VOCABULARY.size()).mapToObj(VOCABULARY::get).collect(Collectors.joining(" "));
    }

    private static Map<String, Object> step(Bed bed, Room room, int limit, String encoding, int times)
            throws Exception {
        Window window = bed.window("compression-" + encoding + "-" + limit);
        Pages pages = pages(bed, room, limit, encoding, times);
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("messages", limit);
        step.put("encoding", encoding);
        step.put("bytesEach", pages.bytes() / times);
        step.put("ms", Latency.millis(pages.latency().interval()));
        step.put("cores", window.close(times));
        return step;
    }

    private record Pages(long bytes, Latency latency) {}

    private static Pages pages(Bed bed, Room room, int limit, String encoding, int times) throws Exception {
        Latency latency = new Latency();
        long bytes = 0;
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            bytes += bed.archive().bytes(room, "?limit=" + limit, encoding);
            latency.record(System.nanoTime() - start);
        }
        return new Pages(bytes, latency);
    }
}
