package io.ovation.bench;

import java.util.List;

import io.ovation.bench.wire.Connection;

/** One message to very many: the time until the last one has it. */
final class LastWatcherScenario implements Scenario {
    @Override
    public String name() {
        return "last-watcher";
    }

    @Override
    public String what() {
        return "one channel, 10,000 connections, one message a second: when the last connection has it";
    }

    @Override
    public Figures run(Options options) throws Exception {
        int count = options.connections(10_000);
        Figures figures = new Figures();
        try (Bed bed = Bed.open(options)) {
            Memory memory = Memory.warm(bed, 5);
            List<Connection> publisher = bed.connect(1);
            List<Room> rooms = Bed.rooms(publisher, 1, "channel", i -> "[]");
            List<Connection> connections = bed.connect(count);
            Deliveries deliveries = new Deliveries(count);
            List<Watcher> watchers =
                    Bed.watch(FanOutScenario.repeat(rooms.getFirst(), count), connections::get, deliveries);
            figures.put("open", memory.since(count));
            Traffic traffic = new Traffic();
            List<Sender> senders = Bed.senders(publisher, rooms, traffic);
            OpenLoop.run(bed.clients().loops(), senders, 1, options.warmUp(15));
            traffic.settle();
            Bed.missing(watchers);
            deliveries.last().reset();
            deliveries.latency().reset();
            Window window = bed.window(name());
            long before = deliveries.deliveredSoFar();
            OpenLoop.run(bed.clients().loops(), senders, 1, options.seconds(30));
            traffic.settle();
            Bed.missing(watchers);
            figures.put("cores", window.close(deliveries.deliveredSoFar() - before));
            figures.put("last watcher ms", Latency.millis(deliveries.last().interval()));
            figures.put("delivered ms", Latency.millis(deliveries.latency().interval()));
            figures.put("exact", bed.exact(rooms, watchers, deliveries, traffic));
            figures.put("server", ServerFacts.of(bed.server()));
        }
        return figures;
    }
}
