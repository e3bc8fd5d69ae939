package io.ovation.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.ovation.bench.wire.Connection;

/** Whether the server gets slower as its log grows. */
final class GrowthScenario implements Scenario {
    /** The share of a filling, at its end, whose speed is taken as the speed at that size. */
    private static final double TAIL = 0.2;

    @Override
    public String name() {
        return "growth";
    }

    @Override
    public String what() {
        return "send, history page and resume at 10,000, 100,000 and 1,000,000 events in the log";
    }

    @Override
    public Figures run(Options options) throws Exception {
        Figures figures = new Figures();
        try (Bed bed = Bed.open(options)) {
            List<Connection> connections = bed.connect(options.connections(50));
            List<Room> rooms = Bed.rooms(connections, options.conversations(500), "group", i -> "[]");
            Room probed =
                    Bed.rooms(connections.subList(0, 1), 1, "group", i -> "[]").getFirst();
            Traffic traffic = new Traffic();
            List<Sender> senders = Bed.senders(connections, rooms, traffic);
            Traffic probe = new Traffic();
            String cursor = ResumeScenario.fill(
                    connections.getFirst(),
                    probed,
                    Bed.senders(connections.subList(0, 1), List.of(probed), probe),
                    probe,
                    2 * ResumeScenario.MISSED);
            // reads warm the server up without making the log any longer
            for (int i = 0; i < 3; i++) {
                reads(bed, connections.getFirst(), probed, cursor, 500);
            }
            OpenLoop.run(bed.clients().loops(), senders, 200, options.warmUp(20));
            traffic.settle();
            for (int events : options.sizes(10_000, 100_000, 1_000_000)) {
                figures.step(step(bed, connections.getFirst(), rooms.size(), probed, cursor, traffic, senders, events));
            }
            figures.put("exact", bed.exact(rooms, traffic));
            figures.put("server", ServerFacts.of(bed.server()));
        }
        return figures;
    }

    private static Map<String, Object> step(
            Bed bed,
            Connection connection,
            int rooms,
            Room probed,
            String cursor,
            Traffic traffic,
            List<Sender> senders,
            int events)
            throws Exception {
        long before = rooms + probed.highest() + 1L;
        long goal = events - before;
        long tailFrom = Math.round(goal - TAIL * (goal - traffic.acknowledgedSoFar()));
        traffic.resume();
        Bed.keepInFlight(senders, 256);
        long tailSince = awaitAcknowledged(traffic, tailFrom);
        long tailCount = traffic.acknowledgedSoFar();
        long end = awaitAcknowledged(traffic, goal);
        double perSecond = (traffic.acknowledgedSoFar() - tailCount) / ((end - tailSince) / 1e9);
        traffic.quiesce();
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("events", before + traffic.acknowledgedSoFar());
        step.put("closedLoopPerSecond", Math.round(perSecond));
        traffic.latency().reset();
        Window window = bed.window("growth-" + events);
        OpenLoop.run(bed.clients().loops(), senders, 500, 8);
        Map<String, Object> cores = window.close(8 * 500);
        traffic.settle();
        step.put("send at 500/s ms", Latency.millis(traffic.latency().interval()));
        step.putAll(reads(bed, connection, probed, cursor, 200));
        step.put("rssMiB", Proc.rss(bed.server().pid()) >> 20);
        step.put("cores", cores);
        return step;
    }

    private static long awaitAcknowledged(Traffic traffic, long goal) throws InterruptedException {
        while (traffic.acknowledgedSoFar() < goal && traffic.running()) {
            SendsScenario.pause(0.005);
        }
        return System.nanoTime();
    }

    private static Map<String, Object> reads(Bed bed, Connection connection, Room probed, String cursor, int times)
            throws Exception {
        Map<String, Object> step = new LinkedHashMap<>();
        step.put(
                "page ms",
                HistoryScenario.pages(connection, probed, times, after -> "{\"limit\":50,\"after\":" + after + "}"));
        step.put("resume ms", ResumeScenario.resume(bed, probed, cursor, times / 4, false));
        return step;
    }
}
