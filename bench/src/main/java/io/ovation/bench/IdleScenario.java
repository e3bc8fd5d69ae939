package io.ovation.bench;

import java.util.List;

import io.ovation.bench.wire.Connection;

/** Thousands of people who mostly listen, each in a conversation of their own. */
final class IdleScenario implements Scenario {
    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String what() {
        return "5,000 idle watchers on 5,000 topics and 500 sends/s for 60 s: publish to delivered, memory a "
                + "connection";
    }

    @Override
    public Figures run(Options options) throws Exception {
        int count = options.connections(5000);
        Figures figures = new Figures();
        try (Bed bed = Bed.open(options)) {
            Memory memory = Memory.warm(bed, options.warmUp(60));
            List<Connection> connections = bed.connect(count);
            List<Room> rooms = Bed.rooms(connections, count, "group", i -> "[]");
            Deliveries deliveries = new Deliveries();
            List<Watcher> watchers = Bed.watch(rooms, connections::get, deliveries);
            figures.put("open", memory.since(count));
            Traffic traffic = new Traffic();
            List<Sender> senders = Bed.senders(connections, rooms, traffic);
            for (int rate : options.rates(500)) {
                figures.step(LatencyScenario.measure(
                        bed, senders, traffic, deliveries, watchers, rate, options.seconds(60)));
            }
            figures.put("afterTraffic", memory.since(count));
            figures.put("exact", bed.exact(rooms, watchers, deliveries, traffic));
            figures.put("server", ServerFacts.of(bed.server()));
        }
        return figures;
    }
}
