package io.ovation.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.ovation.bench.wire.Connection;

/** Closed loop: so many sends in flight over 500 conversations; each answered only when its event is durable. */
final class SendsScenario implements Scenario {
    private static final int SAMPLE = 16;

    @Override
    public String name() {
        return "sends";
    }

    @Override
    public String what() {
        return "acknowledged sends a second over RSocket, 256 and 64 in flight, 500 conversations";
    }

    @Override
    public Figures run(Options options) throws Exception {
        Figures figures = new Figures();
        try (Bed bed = Bed.open(options)) {
            List<Connection> connections = bed.connect(options.connections(50));
            List<Room> rooms = Bed.rooms(connections, options.conversations(500), "group", i -> "[]");
            Deliveries deliveries = new Deliveries();
            List<Watcher> sample = Bed.watch(
                    rooms.subList(0, Math.min(SAMPLE, rooms.size())),
                    i -> connections.get(i % connections.size()),
                    deliveries);
            Traffic traffic = new Traffic();
            List<Sender> senders = Bed.senders(connections, rooms, traffic);
            boolean first = true;
            for (int inFlight : options.inFlight(256, 64)) {
                traffic.resume();
                Bed.keepInFlight(senders, inFlight);
                pause(first ? options.warmUp(20) : Math.min(5, options.warmUp(20)));
                first = false;
                traffic.latency().reset();
                deliveries.latency().reset();
                Window window = bed.window(name() + "-" + inFlight);
                LongSummaryStatistics seconds = new LongSummaryStatistics();
                long start = traffic.acknowledgedSoFar();
                long before = start;
                for (int second = 0; second < options.seconds(20); second++) {
                    pause(1);
                    long now = traffic.acknowledgedSoFar();
                    seconds.accept(now - before);
                    before = now;
                }
                Map<String, Object> step = new LinkedHashMap<>();
                step.put("inFlight", inFlight);
                long sent = traffic.acknowledgedSoFar() - start;
                step.put("perSecond", Math.round(sent / window.seconds()));
                step.put("worstSecond", seconds.getMin());
                step.put("bestSecond", seconds.getMax());
                step.put("acknowledged ms", Latency.millis(traffic.latency().interval()));
                step.put("delivered ms", Latency.millis(deliveries.latency().interval()));
                step.put("cores", window.close(sent));
                traffic.quiesce();
                figures.step(step);
            }
            figures.put("exact", bed.exact(rooms, sample, deliveries, traffic));
            figures.put("server", ServerFacts.of(bed.server()));
        }
        return figures;
    }

    static void pause(double seconds) throws InterruptedException {
        TimeUnit.MICROSECONDS.sleep(Math.round(seconds * 1e6));
    }
}
