package io.ovation.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.ovation.bench.wire.Connection;

/**
 * Whether telling one topic costs more when many others are watched too. The same 50 conversations get the messages
 * both times.
 */
final class TopicsScenario implements Scenario {
    private static final int STREAMS_EACH = 250;

    @Override
    public String name() {
        return "topics";
    }

    @Override
    public String what() {
        return "publish to delivered in 50 conversations, with 50 and with 50,000 topics watched";
    }

    @Override
    public Figures run(Options options) throws Exception {
        int topics = options.conversations(50_000);
        int busy = Math.min(50, topics);
        Figures figures = new Figures();
        try (Bed bed = Bed.open(options)) {
            List<Connection> connections = bed.connect(Math.max(busy, topics / STREAMS_EACH));
            List<Room> rooms = new ArrayList<>(Bed.rooms(connections, busy, "group", i -> "[]"));
            List<Room> talking = List.copyOf(rooms);
            Deliveries deliveries = new Deliveries();
            List<Watcher> watchers = new ArrayList<>(Bed.watch(talking, connections::get, deliveries));
            Traffic traffic = new Traffic();
            List<Sender> senders = Bed.senders(connections, talking, traffic);
            int rate = options.rates(500).getFirst();
            OpenLoop.run(bed.clients().loops(), senders, rate, options.warmUp(20));
            traffic.settle();
            for (int watched : new int[] {busy, topics}) {
                if (watched > watchers.size()) {
                    List<Room> quiet = Bed.rooms(connections, watched - busy, "group", i -> "[]");
                    rooms.addAll(quiet);
                    watchers.addAll(Bed.watch(quiet, i -> connections.get(i % connections.size()), deliveries));
                    OpenLoop.run(bed.clients().loops(), senders, rate, 5);
                    traffic.settle();
                }
                Map<String, Object> step =
                        LatencyScenario.measure(bed, senders, traffic, deliveries, watchers, rate, options.seconds(20));
                step.put("watched", watched);
                figures.step(step);
            }
            figures.put("exact", bed.exact(talking, watchers, deliveries, traffic));
            figures.put("server", ServerFacts.of(bed.server()));
        }
        return figures;
    }
}
