package io.ovation.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

import io.ovation.bench.wire.Clients;
import io.ovation.bench.wire.Connection;
import io.ovation.bench.wire.Tokens;

/**
 * One, two and three nodes on this machine, on the same cores. Each room's writer is connected to one node; one of two
 * who watch is connected to the same, the other to the next.
 */
final class NodesScenario implements Scenario {
    private static final int IN_FLIGHT = 64;
    private static final int RATE = 300;

    @Override
    public String name() {
        return "nodes";
    }

    @Override
    public String what() {
        return "1, 2 and 3 nodes: sends/s, publish to delivered on the same node and on another";
    }

    @Override
    public Figures run(Options options) throws Exception {
        Figures figures = new Figures();
        for (int count : options.sizes(1, 2, 3)) {
            byte[] secret = new byte[32];
            ThreadLocalRandom.current().nextBytes(secret); // throwaway nodes on the loopback address
            String key = HexFormat.of().formatHex(secret);
            try (Cluster cluster =
                            Cluster.start(options.launcher, key, count, options.serverSettings, options.logs);
                    Generator generator = new Generator(cluster, new Tokens(key), options)) {
                figures.step(generator.measure());
            }
        }
        return figures;
    }

    /** What one step works on. */
    private static final class Generator implements AutoCloseable {
        private final Options options;
        private final List<Clients> nodes = new ArrayList<>();
        private final Archive archive;
        private final int pairs;

        Generator(Cluster cluster, Tokens tokens, Options options) {
            this.options = options;
            this.archive = new Archive(cluster.ports().getFirst(), tokens);
            this.pairs = options.connections(100);
            cluster.ports().forEach(port -> nodes.add(new Clients(port, tokens, options.threads, false)));
        }

        Map<String, Object> measure() throws IOException, InterruptedException {
            List<Connection> writers = connect(0, 0);
            List<Room> rooms = Bed.rooms(
                    writers,
                    pairs,
                    "group",
                    i -> "[\"" + Bed.user(pairs + i) + "\",\"" + Bed.user(2 * pairs + i) + "\"]");
            List<Connection> here = connect(1, 0);
            List<Connection> there = connect(2, 1);
            Deliveries same = new Deliveries();
            Deliveries other = new Deliveries();
            List<Watcher> watchers = new ArrayList<>(Bed.watch(rooms, here::get, same));
            watchers.addAll(Bed.watch(rooms, there::get, other));
            Traffic traffic = new Traffic();
            List<Sender> senders = Bed.senders(writers, rooms, traffic);

            Bed.keepInFlight(senders, IN_FLIGHT);
            SendsScenario.pause(options.warmUp(20));
            long before = traffic.acknowledgedSoFar();
            long began = System.nanoTime();
            SendsScenario.pause(options.seconds(20));
            double perSecond = (traffic.acknowledgedSoFar() - before) / ((System.nanoTime() - began) / 1e9);
            traffic.quiesce();
            Bed.missing(watchers);

            traffic.resume();
            traffic.latency().reset();
            same.latency().reset();
            other.latency().reset();
            OpenLoop.run(
                    nodes.getFirst().loops(), senders, options.rates(RATE).getFirst(), options.seconds(20));
            Map<String, Object> step = new LinkedHashMap<>();
            step.put("nodes", nodes.size());
            step.put("perSecond", Math.round(perSecond));
            traffic.settle();
            Bed.missing(watchers);
            step.put("acknowledged ms", Latency.millis(traffic.latency().interval()));
            step.put("same node ms", Latency.millis(same.latency().interval()));
            step.put("other node ms", Latency.millis(other.latency().interval()));
            Bed.exact(archive, rooms, watchers, same, traffic);
            step.put("exact", Bed.exact(archive, rooms, watchers, other, traffic));
            return step;
        }

        /** As many connections as rooms, each to the node of its room, or to one so many further. */
        private List<Connection> connect(int part, int further) throws InterruptedException {
            List<Connection> connections = new ArrayList<>(pairs);
            for (int i = 0; i < pairs; i++) {
                int user = part * pairs + i;
                connections.addAll(nodes.get((i + further) % nodes.size()).connect(1, any -> Bed.user(user)));
            }
            return connections;
        }

        @Override
        public void close() {
            nodes.forEach(Clients::close);
            archive.close();
        }
    }
}
