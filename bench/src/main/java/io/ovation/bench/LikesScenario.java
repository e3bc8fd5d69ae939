package io.ovation.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.ovation.bench.wire.Connection;

/**
 * Closed loop: so many likes in flight; each is a user's first of a content, and answered only when its event is
 * durable.
 */
final class LikesScenario implements Scenario {
    /** Likes a second, more than a server of two cores takes. */
    static final int FASTEST = 20_000;

    private static final int FEWEST = 64;

    @Override
    public String name() {
        return "likes";
    }

    @Override
    public String what() {
        return "acknowledged likes a second over RSocket, each a durable event, 256 and 64 in flight";
    }

    @Override
    public Figures run(Options options) throws Exception {
        Figures figures = new Figures();
        try (Bed bed = Bed.open(options)) {
            List<Connection> connections = bed.connect(options.connections(100));
            // a user likes a content once: enough for each of the fewest who like at a time
            double seconds = options.warmUp(15) + 5 + 2 * options.seconds(15);
            int enough = (int) Math.ceil(seconds * FASTEST / FEWEST);
            List<String> contents = Contents.publish(connections, options.conversations(enough));
            Traffic traffic = new Traffic();
            List<Liker> likers = connections.stream()
                    .map(connection -> new Liker(connection, contents, traffic))
                    .toList();
            boolean first = true;
            for (int inFlight : options.inFlight(256, FEWEST)) {
                traffic.resume();
                keepInFlight(likers, inFlight);
                SendsScenario.pause(first ? options.warmUp(15) : Math.min(5, options.warmUp(15)));
                first = false;
                traffic.latency().reset();
                Window window = bed.window(name() + "-" + inFlight);
                long start = traffic.acknowledgedSoFar();
                SendsScenario.pause(options.seconds(15));
                long liked = traffic.acknowledgedSoFar() - start;
                Map<String, Object> step = new LinkedHashMap<>();
                step.put("inFlight", inFlight);
                step.put("perSecond", Math.round(liked / window.seconds()));
                step.put("acknowledged ms", Latency.millis(traffic.latency().interval()));
                step.put("cores", window.close(liked));
                traffic.quiesce();
                figures.step(step);
            }
            figures.put("exact", exact(connections, contents, traffic));
            figures.put("server", ServerFacts.of(bed.server()));
        }
        return figures;
    }

    static void keepInFlight(List<Liker> likers, int inFlight) {
        for (int i = 0; i < Math.min(inFlight, likers.size()); i++) {
            likers.get(i).keep(inFlight / likers.size() + (i < inFlight % likers.size() ? 1 : 0));
        }
    }

    /** Throws unless the server counts what it acknowledged. */
    static Map<String, Object> exact(List<Connection> connections, List<String> contents, Traffic traffic)
            throws InterruptedException {
        long counted = Contents.counted(connections, contents, "likes");
        if (!traffic.errors().isEmpty() || counted != traffic.acknowledgedSoFar()) {
            throw new IllegalStateException("not exact: " + counted + " likes counted, " + traffic.acknowledgedSoFar()
                    + " acknowledged, errors " + traffic.errors());
        }
        return Map.of("likes", counted);
    }
}
