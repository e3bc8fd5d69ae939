package io.ovation.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongFunction;

import io.ovation.bench.wire.Connection;
import io.ovation.bench.wire.Encoding;

/** Pages of one conversation as it grows. */
final class HistoryScenario implements Scenario {
    @Override
    public String name() {
        return "history";
    }

    @Override
    public String what() {
        return "history page latency over RSocket at 1,000, 10,000 and 100,000 messages in one conversation";
    }

    @Override
    public Figures run(Options options) throws Exception {
        Figures figures = new Figures();
        try (Bed bed = Bed.open(options)) {
            List<Connection> connections = bed.connect(1);
            List<Room> rooms = Bed.rooms(connections, 1, "group", i -> "[]");
            Room room = rooms.getFirst();
            Traffic traffic = new Traffic();
            List<Sender> senders = Bed.senders(connections, rooms, traffic);
            int times = options.times(500);
            boolean warm = false;
            for (int size : options.sizes(1000, 10_000, 100_000)) {
                traffic.resume();
                Bed.keepInFlight(senders, 64);
                while (traffic.acknowledgedSoFar() < size) {
                    SendsScenario.pause(0.01);
                }
                traffic.quiesce();
                if (!warm) {
                    step(connections.getFirst(), room, 4 * times);
                    warm = true;
                }
                figures.step(step(connections.getFirst(), room, times));
            }
            figures.put("exact", bed.exact(rooms, traffic));
            figures.put("server", ServerFacts.of(bed.server()));
        }
        return figures;
    }

    private static Map<String, Object> step(Connection connection, Room room, int times) throws Exception {
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("messages", room.highest());
        step.put("latest 50 ms", pages(connection, room, times, after -> "{\"limit\":50}"));
        step.put("any 50 ms", pages(connection, room, times, after -> "{\"limit\":50,\"after\":" + after + "}"));
        step.put("any 200 ms", pages(connection, room, times, after -> "{\"limit\":200,\"after\":" + after + "}"));
        return step;
    }

    /** Asks for so many pages, one after the other. */
    static Map<String, Object> pages(Connection connection, Room room, int times, LongFunction<String> request)
            throws InterruptedException {
        SplittableRandom random = new SplittableRandom();
        Latency latency = new Latency();
        for (int i = 0; i < times; i++) {
            byte[] data = Encoding.utf8(request.apply(random.nextInt(Math.max(1, room.highest() - 200))));
            latency.record(Bed.await(Bed.ask(connection, room.historyRoute(), data)));
        }
        return Latency.millis(latency.interval());
    }
}
