package io.ovation.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.ovation.bench.wire.Connection;

/** Open loop: 500 pairs of people, both of whom watch their conversation, and one of whom writes. */
final class LatencyScenario implements Scenario {
    @Override
    public String name() {
        return "latency";
    }

    @Override
    public String what() {
        return "publish to delivered at a fixed 500/s and 2,000/s, 500 conversations, 1,000 connections";
    }

    @Override
    public Figures run(Options options) throws Exception {
        int pairs = options.connections(1000) / 2;
        Figures figures = new Figures();
        try (Bed bed = Bed.open(options)) {
            List<Connection> connections = bed.connect(2 * pairs);
            List<Connection> writers = connections.subList(0, pairs);
            List<Connection> readers = connections.subList(pairs, 2 * pairs);
            List<Room> rooms = Bed.rooms(writers, pairs, "direct", i -> "[\"" + Bed.user(pairs + i) + "\"]");
            Deliveries deliveries = new Deliveries();
            List<Watcher> watchers = new ArrayList<>(Bed.watch(rooms, writers::get, deliveries));
            watchers.addAll(Bed.watch(rooms, readers::get, deliveries));
            Traffic traffic = new Traffic();
            List<Sender> senders = Bed.senders(writers, rooms, traffic);
            for (int rate : options.rates(500, 2000)) {
                OpenLoop.run(bed.clients().loops(), senders, rate, options.warmUp(20));
                traffic.settle();
                figures.step(measure(bed, senders, traffic, deliveries, watchers, rate, options.seconds(20)));
            }
            figures.put("exact", bed.exact(rooms, watchers, deliveries, traffic));
            figures.put("server", ServerFacts.of(bed.server()));
        }
        return figures;
    }

    /** Sends at the rate for so long; one row of the table. */
    static Map<String, Object> measure(
            Bed bed,
            List<Sender> senders,
            Traffic traffic,
            Deliveries deliveries,
            List<Watcher> watchers,
            int rate,
            double seconds)
            throws Exception {
        traffic.latency().reset();
        deliveries.latency().reset();
        Window window = bed.window("rate-" + rate);
        OpenLoop.run(bed.clients().loops(), senders, rate, seconds);
        Map<String, Object> cores = window.close(Math.round(rate * seconds));
        traffic.settle();
        Bed.missing(watchers);
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("rate", rate);
        step.put("acknowledged ms", Latency.millis(traffic.latency().interval()));
        step.put("delivered ms", Latency.millis(deliveries.latency().interval()));
        step.put("cores", cores);
        return step;
    }
}
