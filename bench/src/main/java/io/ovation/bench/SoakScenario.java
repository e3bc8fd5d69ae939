package io.ovation.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.ovation.bench.wire.Connection;

/** Half of what the server can do, for long: does memory stay flat, and latency? */
final class SoakScenario implements Scenario {
    private static final double STEP_SECONDS = 30;

    @Override
    public String name() {
        return "soak";
    }

    @Override
    public String what() {
        return "half of the closed-loop rate for 10 minutes, 500 conversations, all watched: latency, heap and RSS "
                + "over time";
    }

    @Override
    public Figures run(Options options) throws Exception {
        Figures figures = new Figures();
        try (Bed bed = Bed.open(options)) {
            List<Connection> connections = bed.connect(options.connections(50));
            List<Room> rooms = Bed.rooms(connections, options.conversations(500), "group", i -> "[]");
            Deliveries deliveries = new Deliveries();
            List<Watcher> watchers = Bed.watch(rooms, i -> connections.get(i % connections.size()), deliveries);
            Traffic traffic = new Traffic();
            List<Sender> senders = Bed.senders(connections, rooms, traffic);
            int half = full(senders, traffic, options.warmUp(30)) / 2;
            int rate = options.rates(half).getFirst();
            figures.put("rate", rate);
            figures.put("liveHeapMiBAtStart", bed.server().liveHeap() >> 20);
            Window window = bed.window(name());
            long before = traffic.acknowledgedSoFar();
            double minutes = options.minutes(10);
            while (window.seconds() < 60 * minutes) {
                traffic.latency().reset();
                deliveries.latency().reset();
                OpenLoop.run(bed.clients().loops(), senders, rate, Math.min(STEP_SECONDS, 60 * minutes));
                Map<String, Object> step = new LinkedHashMap<>();
                step.put("second", Math.round(window.seconds()));
                step.put("rssMiB", Proc.rss(bed.server().pid()) >> 20);
                step.put("usedHeapMiB", bed.server().usedHeap() >> 20);
                step.put("acknowledged ms", Latency.millis(traffic.latency().interval()));
                step.put("delivered ms", Latency.millis(deliveries.latency().interval()));
                figures.step(step);
            }
            figures.put("cores", window.close(traffic.acknowledgedSoFar() - before));
            figures.put("liveHeapMiBAtEnd", bed.server().liveHeap() >> 20);
            figures.put("exact", bed.exact(rooms, watchers, deliveries, traffic));
            figures.put("server", ServerFacts.of(bed.server()));
        }
        return figures;
    }

    /** Sends a second in the last third of so many seconds at full speed. */
    private static int full(List<Sender> senders, Traffic traffic, double seconds) throws InterruptedException {
        Bed.keepInFlight(senders, 256);
        SendsScenario.pause(seconds * 2 / 3);
        long before = traffic.acknowledgedSoFar();
        long start = System.nanoTime();
        SendsScenario.pause(seconds / 3);
        double perSecond = (traffic.acknowledgedSoFar() - before) / ((System.nanoTime() - start) / 1e9);
        traffic.quiesce();
        return (int) perSecond;
    }
}
