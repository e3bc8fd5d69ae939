package io.ovation.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.ovation.bench.wire.Connection;
import tools.jackson.databind.JsonNode;

/** The other edge: sends over HTTP at a fixed rate, watched over SSE. */
final class HttpScenario implements Scenario {
    private static final Pattern MESSAGE = Pattern.compile("^data:.*\"seq\":(\\d+).*\"body\":\"([0-9a-f]{16})");

    @Override
    public String name() {
        return "http";
    }

    @Override
    public String what() {
        return "publish over HTTP to delivered over SSE at a fixed 200/s, 50 conversations";
    }

    @Override
    public Figures run(Options options) throws Exception {
        Figures figures = new Figures();
        try (Bed bed = Bed.open(options)) {
            int count = options.conversations(50);
            List<Connection> connections = bed.connect(count);
            List<Room> rooms = Bed.rooms(connections, count, "group", i -> "[]");
            Deliveries deliveries = new Deliveries();
            Traffic traffic = new Traffic();
            List<Stream<String>> streams = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Reader> readers = new ArrayList<>();
                for (Room room : rooms) {
                    Stream<String> stream = bed.archive().stream(room);
                    streams.add(stream);
                    Reader reader = new Reader(deliveries);
                    readers.add(reader);
                    threads.execute(() -> reader.read(stream));
                }
                for (Reader reader : readers) {
                    reader.live.await();
                }
                for (int rate : options.rates(200)) {
                    send(bed.archive(), rooms, traffic, threads, rate, options.warmUp(20));
                    traffic.latency().reset();
                    deliveries.latency().reset();
                    Window window = bed.window(name() + "-" + rate);
                    send(bed.archive(), rooms, traffic, threads, rate, options.seconds(20));
                    figures.put("cores", window.close(Math.round(rate * options.seconds(20))));
                    awaitAll(rooms, readers);
                    figures.put(
                            "acknowledged ms", Latency.millis(traffic.latency().interval()));
                    figures.put(
                            "delivered ms", Latency.millis(deliveries.latency().interval()));
                }
                readers.forEach(reader -> reader.closing = true);
                streams.forEach(Stream::close);
                threads.shutdownNow();
            }
            figures.put("exact", bed.exact(rooms, List.of(), deliveries, traffic));
            figures.put("server", ServerFacts.of(bed.server()));
        }
        return figures;
    }

    private static void awaitAll(List<Room> rooms, List<Reader> readers) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        for (int i = 0; i < rooms.size(); i++) {
            while (readers.get(i).last < rooms.get(i).highest()) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("an SSE stream ends at " + readers.get(i).last + " of "
                            + rooms.get(i).highest());
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
    }

    /** One thread a room, so that a room's messages go out in order; each at the times that are due. */
    private static void send(
            Archive archive, List<Room> rooms, Traffic traffic, ExecutorService threads, int rate, double seconds)
            throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        double apart = 1e9 * rooms.size() / rate;
        List<Future<?>> writers = new ArrayList<>();
        for (int i = 0; i < rooms.size(); i++) {
            Room room = rooms.get(i);
            double offset = apart * i / rooms.size();
            writers.add(threads.submit(() -> {
                for (int sent = 0; sent < seconds * rate / rooms.size(); sent++) {
                    long due = start + (long) (offset + sent * apart);
                    while (System.nanoTime() < due) {
                        LockSupport.parkNanos(due - System.nanoTime());
                    }
                    send(archive, room, traffic, due);
                }
                return null;
            }));
        }
        for (Future<?> writer : writers) {
            writer.get();
        }
    }

    private static void send(Archive archive, Room room, Traffic traffic, long due)
            throws IOException, InterruptedException {
        UUID id = UUID.randomUUID();
        traffic.sent();
        String text = "%016x".formatted(due) + "o".repeat(Sender.TEXT - 16);
        JsonNode answer = archive.post(room, "{\"messageId\":\"" + id + "\",\"body\":\"" + text + "\"}");
        traffic.acknowledged(System.nanoTime() - due);
        room.acknowledge(answer.get("seq").asInt(), id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    /** One SSE stream. */
    private static final class Reader {
        private final Deliveries deliveries;
        private final CountDownLatch live = new CountDownLatch(1);
        private volatile long last;
        private volatile boolean closing;

        Reader(Deliveries deliveries) {
            this.deliveries = deliveries;
        }

        void read(Stream<String> lines) {
            try {
                lines.forEach(this::line);
            } catch (RuntimeException e) {
                if (!closing) {
                    deliveries.ended(e.toString());
                }
            }
        }

        private void line(String line) {
            live.countDown();
            Matcher message = MESSAGE.matcher(line);
            if (message.find()) {
                long age = System.nanoTime() - Long.parseUnsignedLong(message.group(2), 16);
                long seq = Long.parseLong(message.group(1));
                if (seq <= last) {
                    deliveries.doubled();
                    return;
                }
                deliveries.skipped(seq - last - 1);
                last = seq;
                deliveries.delivered(seq, age);
            }
        }
    }
}
