package io.ovation.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.netty.buffer.ByteBuf;
import io.ovation.bench.wire.Connection;
import io.ovation.bench.wire.Encoding;
import io.ovation.bench.wire.Field;
import io.ovation.bench.wire.Receiver;

/**
 * Who is there, among so many who are: asked for 200 people, and watched, from the beginning of a connection to the
 * frame that says so.
 */
final class PresenceScenario implements Scenario {
    private static final int PEOPLE = 200;

    /** A list of members has to fit into one request. */
    private static final int MEMBERS = 2_500;

    private static final byte[] GET = Encoding.route("presence.get");
    private static final byte[] WATCH = Encoding.route("presence.watch");

    @Override
    public String name() {
        return "presence";
    }

    @Override
    public String what() {
        return "5,000 connections: presence of 200 people, and connect to online seen by a watcher";
    }

    @Override
    public Figures run(Options options) throws Exception {
        int count = options.connections(5_000);
        int times = options.times(500);
        Figures figures = new Figures();
        try (Bed bed = Bed.open(options)) {
            List<Connection> connections = bed.connect(count);
            Connection asking = connections.getFirst();
            Bed.rooms(
                    List.of(asking),
                    (count + MEMBERS - 2) / MEMBERS,
                    "group",
                    i -> members(Bed::user, 1 + i * MEMBERS, Math.min(count, 1 + (i + 1) * MEMBERS)));
            Bed.rooms(List.of(asking), 1, "group", i -> members(PresenceScenario::guest, 0, PEOPLE));
            figures.put("connections", count);
            ask(asking, count, 4 * times);
            Window window = bed.window(name());
            figures.put("query of " + Math.min(PEOPLE, count - 1) + " ms", ask(asking, count, times));
            figures.put("query cores", window.close(times));
            seen(bed, asking, 1);
            Window comings = bed.window(name() + "-comings");
            int rounds = (times + PEOPLE - 1) / PEOPLE;
            figures.put("connect to online seen ms", seen(bed, asking, rounds));
            figures.put("comings cores", comings.close((long) rounds * PEOPLE));
            figures.put("server", ServerFacts.of(bed.server()));
        }
        return figures;
    }

    private static String guest(int i) {
        return "guest-" + i;
    }

    private static String members(IntFunction<String> name, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> "\"" + name.apply(i) + "\"")
                .collect(Collectors.joining(",", "[", "]"));
    }

    /** Asks for as many of those that are connected, one question after the other. */
    private static Map<String, Object> ask(Connection connection, int count, int times) throws InterruptedException {
        SplittableRandom random = new SplittableRandom();
        Latency latency = new Latency();
        int people = Math.min(PEOPLE, count - 1);
        for (int i = 0; i < times; i++) {
            int from = 1 + random.nextInt(count - people);
            byte[] data = Encoding.utf8("{\"users\":" + members(Bed::user, from, from + people) + "}");
            latency.record(Bed.await(Bed.ask(connection, GET, data)));
        }
        return Latency.millis(latency.interval());
    }

    /**
     * Has guests come one after the other, each when the one before was seen, and all go at the end of a round; fails
     * unless each was seen to come and to go.
     */
    private static Map<String, Object> seen(Bed bed, Connection watching, int rounds) throws InterruptedException {
        Sight sight = new Sight();
        byte[] data = Encoding.utf8("{\"users\":" + members(PresenceScenario::guest, 0, PEOPLE) + "}");
        CompletableFuture<Integer> stream = new CompletableFuture<>();
        sight.expectAll("offline");
        watching.execute(() -> stream.complete(watching.requestStream(WATCH, data, sight)));
        sight.awaitAll();
        Latency latency = new Latency();
        for (int round = 0; round < rounds; round++) {
            List<Connection> guests = new ArrayList<>();
            for (int i = 0; i < PEOPLE; i++) {
                CompletableFuture<Long> online = sight.expect(guest(i), "online");
                long start = System.nanoTime();
                CompletableFuture<Connection> guest = bed.clients().connect(guest(i));
                latency.record(Bed.await(online) - start);
                guests.add(Bed.await(guest));
            }
            sight.expectAll("offline");
            guests.forEach(Connection::close);
            sight.awaitAll();
        }
        int id = Bed.await(stream);
        watching.execute(() -> watching.cancel(id));
        return new LinkedHashMap<>(Latency.millis(latency.interval()));
    }

    /** What the watcher sees. */
    private static final class Sight implements Receiver {
        private final Field user = new Field("\"user\":\"");
        private final Field status = new Field("\"status\":\"");
        private final Map<String, CompletableFuture<Long>> expected = new ConcurrentHashMap<>();

        CompletableFuture<Long> expect(String user, String status) {
            CompletableFuture<Long> seen = new CompletableFuture<>();
            expected.put(user + " " + status, seen);
            return seen;
        }

        void expectAll(String status) {
            for (int i = 0; i < PEOPLE; i++) {
                expect(guest(i), status);
            }
        }

        void awaitAll() throws InterruptedException {
            for (CompletableFuture<Long> each : List.copyOf(expected.values())) {
                Bed.await(each);
            }
        }

        @Override
        public void next(ByteBuf buffer, int index, int length) {
            long now = System.nanoTime();
            int who = user.find(buffer, index, length);
            if (who < 0) {
                // the stream says that it has begun
                return;
            }
            String seen = Field.text(buffer, who) + " " + Field.text(buffer, status.find(buffer, index, length));
            CompletableFuture<Long> waiting = expected.remove(seen);
            if (waiting == null) {
                failed("seen without having happened: " + seen);
            } else {
                waiting.complete(now);
            }
        }

        @Override
        public void failed(String error) {
            expected.values().forEach(each -> each.completeExceptionally(new IllegalStateException(error)));
        }
    }
}
