package io.ovation.bench;

import java.util.List;
import java.util.Map;

import io.ovation.bench.wire.Connection;

/**
 * Very many who watch one channel, and come and go: when one who stays is told how many they are, when whoever asks is,
 * and what it costs. Then what is delivered to all of them while others come and go on their channel, on another
 * channel, and nowhere: what the second costs more than the third is the price of coming and going, and what the first
 * costs more than the second is that of telling the audience.
 */
final class AudienceScenario implements Scenario {
    private static final int OUTSTANDING = 8;
    private static final int COMERS = 64;

    @Override
    public String name() {
        return "audience";
    }

    @Override
    public String what() {
        return "one channel, 10,000 connections that come and go: when their number is exact, and what it costs";
    }

    @Override
    public Figures run(Options options) throws Exception {
        int count = options.connections(10_000);
        Figures figures = new Figures();
        try (Bed bed = Bed.open(options)) {
            Memory base = Memory.warm(bed, options.warmUp(20));
            Connection staying = bed.connect(1).getFirst();
            List<Room> rooms = bed.rooms(List.of(staying), 2, "channel", i -> "[]");
            Room channel = rooms.getFirst();
            AudienceSight sight = AudienceSight.of(staying, channel);
            AudienceWaves waves = new AudienceWaves(bed, channel, sight, count);
            figures.put("connections", count);
            for (int wave = 0; wave < options.times(3); wave++) {
                waves.comeAndGo().forEach(figures::step);
            }
            List<Connection> connections = bed.connect(count);
            Map<String, Object> open = base.since(count);
            long heap = bed.server().liveHeap();
            Deliveries deliveries = new Deliveries(count);
            List<Watcher> watchers = Bed.watch(FanOutScenario.repeat(channel, count), connections::get, deliveries);
            sight.await(count + 1);
            figures.put("open", open);
            figures.put("heapBytesAWatcher", (bed.server().liveHeap() - heap) / count);
            Traffic traffic = new Traffic();
            Sender sender = Bed.senders(List.of(staying), List.of(channel), traffic).getFirst();
            Comers comers = new Comers(bed, bed.connect(COMERS));
            outstanding(bed, sender, traffic, deliveries, watchers, options.warmUp(20), "warm-up");
            for (int round = 0; round < 2; round++) {
                for (Room where : new Room[] {null, rooms.getLast(), channel}) {
                    String load = where == null ? "nobody comes" : where == channel ? "on it" : "on another channel";
                    if (where != null) {
                        comers.begin(where);
                    }
                    int told = sight.told();
                    Map<String, Object> step = outstanding(
                            bed, sender, traffic, deliveries, watchers, options.seconds(8), "come and go " + load);
                    step.put("toldTimes", sight.told() - told);
                    step.put("cameAndWent", where == null ? 0 : comers.end());
                    figures.step(step);
                }
            }
            sight.await(count + 1);
            figures.put("exact", bed.exact(List.of(channel), watchers, deliveries, traffic));
            figures.put("server", ServerFacts.of(bed.server()));
        }
        return figures;
    }

    private static Map<String, Object> outstanding(
            Bed bed,
            Sender sender,
            Traffic traffic,
            Deliveries deliveries,
            List<Watcher> watchers,
            double seconds,
            String load)
            throws Exception {
        Map<String, Object> step = FanOutScenario.outstanding(
                bed, sender, traffic, deliveries, watchers, OUTSTANDING, seconds, "audience");
        step.put("load", load);
        return step;
    }
}
