package io.ovation.bench;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.ovation.bench.wire.Connection;

/**
 * One channel that a thousand connections watch. First as fast as it goes, with so many messages that not all watchers
 * have yet; then at fixed rates below and up to that, because latency at saturation is only the length of the queue.
 */
final class FanOutScenario implements Scenario {
    private static final int[] PERCENT = {25, 50, 70, 80, 90, 100};

    @Override
    public String name() {
        return "fanout";
    }

    @Override
    public String what() {
        return "one channel, 1,000 connections: deliveries a second, and how late, up to saturation";
    }

    @Override
    public Figures run(Options options) throws Exception {
        int count = options.connections(1000);
        Figures figures = new Figures();
        try (Bed bed = Bed.open(options)) {
            List<Connection> publisher = bed.connect(1);
            List<Room> rooms = Bed.rooms(publisher, 1, "channel", i -> "[]");
            List<Connection> connections = bed.connect(count);
            Deliveries deliveries = new Deliveries(count);
            List<Watcher> watchers = Bed.watch(repeat(rooms.getFirst(), count), connections::get, deliveries);
            Traffic traffic = new Traffic();
            List<Sender> senders = Bed.senders(publisher, rooms, traffic);
            Sender sender = senders.getFirst();
            outstanding(bed, sender, traffic, deliveries, watchers, 8, options.warmUp(20), "warm-up");
            double best = 0;
            for (int outstanding : options.inFlight(8, 32, 128)) {
                Map<String, Object> step = outstanding(
                        bed,
                        sender,
                        traffic,
                        deliveries,
                        watchers,
                        outstanding,
                        options.seconds(8),
                        name() + "-" + outstanding);
                figures.step(step);
                best = Math.max(best, Figures.number(step, "deliveriesPerSecond"));
            }
            double saturation = best / count;
            List<Integer> rates = options.rates(IntStream.of(PERCENT)
                    .map(percent -> (int) (saturation * percent / 100))
                    .boxed()
                    .toArray(Integer[]::new));
            double inTime = 0;
            for (int rate : rates) {
                Map<String, Object> step = rate(bed, senders, traffic, deliveries, watchers, rate, options.seconds(8));
                figures.step(step);
                if (Figures.number(step, "delivered ms", "p99") <= 100) {
                    inTime = Math.max(inTime, Figures.number(step, "deliveriesPerSecond"));
                }
                if (!deliveries.ends().isEmpty()) {
                    break;
                }
            }
            figures.put("deliveriesPerSecond", Math.round(best));
            figures.put("deliveriesPerSecondWithP99Below100ms", Math.round(inTime));
            figures.put("exact", bed.exact(rooms, watchers, deliveries, traffic));
            figures.put("server", ServerFacts.of(bed.server()));
        }
        return figures;
    }

    static List<Room> repeat(Room room, int times) {
        return Collections.nCopies(times, room);
    }

    /** Sends the next message whenever the last watcher has one, and keeps so many under way. */
    static Map<String, Object> outstanding(
            Bed bed,
            Sender sender,
            Traffic traffic,
            Deliveries deliveries,
            List<Watcher> watchers,
            int outstanding,
            double seconds,
            String name)
            throws Exception {
        Room room = sender.rooms().getFirst();
        traffic.resume();
        Runnable next = () -> sender.connection().execute(() -> {
            if (traffic.running()) {
                sender.send(room, System.nanoTime());
            }
        });
        deliveries.latency().reset();
        deliveries.last().reset();
        deliveries.whenComplete(next);
        Window window = bed.window(name);
        long before = deliveries.deliveredSoFar();
        for (int i = 0; i < outstanding; i++) {
            next.run();
        }
        SendsScenario.pause(seconds);
        long delivered = deliveries.deliveredSoFar() - before;
        double elapsed = window.seconds();
        Map<String, Object> cores = window.close(delivered);
        traffic.quiesce();
        deliveries.whenComplete(() -> {});
        Bed.missing(watchers);
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("load", outstanding + " outstanding");
        return row(step, delivered / elapsed, deliveries, cores);
    }

    private static Map<String, Object> rate(
            Bed bed,
            List<Sender> senders,
            Traffic traffic,
            Deliveries deliveries,
            List<Watcher> watchers,
            int rate,
            double seconds)
            throws Exception {
        traffic.resume();
        deliveries.latency().reset();
        deliveries.last().reset();
        Window window = bed.window("fanout-rate-" + rate);
        long before = deliveries.deliveredSoFar();
        OpenLoop.run(bed.clients().loops(), senders, rate, seconds);
        traffic.settle();
        Bed.missing(watchers);
        long delivered = deliveries.deliveredSoFar() - before;
        double elapsed = window.seconds();
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("load", rate + " sends/s");
        return row(step, delivered / elapsed, deliveries, window.close(delivered));
    }

    private static Map<String, Object> row(
            Map<String, Object> step, double perSecond, Deliveries deliveries, Map<String, Object> cores) {
        step.put("deliveriesPerSecond", Math.round(perSecond));
        step.put("delivered ms", Latency.millis(deliveries.latency().interval()));
        step.put("last watcher ms", Latency.millis(deliveries.last().interval()));
        step.put("cores", cores);
        return step;
    }
}
