package io.ovation.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.ovation.bench.wire.Connection;
import io.ovation.bench.wire.Encoding;
import io.ovation.bench.wire.Receiver;

/** Applause and views from a few connections, and how many events that makes. */
final class TalliesScenario implements Scenario {
    private static final int APPLAUSE = 50;
    private static final int VIEWS = 100;

    @Override
    public String name() {
        return "tallies";
    }

    @Override
    public String what() {
        return "applause and views counted a second from 8 connections, and the events that they make";
    }

    @Override
    public Figures run(Options options) throws Exception {
        Figures figures = new Figures();
        try (Bed bed = Bed.open(options)) {
            List<Connection> connections = bed.connect(options.connections(8));
            List<String> contents = Contents.publish(connections, options.conversations(20));
            Traffic applause = new Traffic();
            Traffic views = new Traffic();
            long eventsBefore = Contents.events(connections.getFirst());
            long began = System.nanoTime();
            // applause waits for the flush, so many of it are in flight; views do not
            start(
                    connections,
                    contents,
                    ".applaud",
                    APPLAUSE,
                    applause,
                    options.inFlight(2_000).getFirst());
            start(connections, contents, ".view", VIEWS, views, 64);
            SendsScenario.pause(options.warmUp(10));
            applause.latency().reset();
            views.latency().reset();
            Window window = bed.window(name());
            long applauded = applause.acknowledgedSoFar();
            long viewed = views.acknowledgedSoFar();
            SendsScenario.pause(options.seconds(15));
            applauded = applause.acknowledgedSoFar() - applauded;
            viewed = views.acknowledgedSoFar() - viewed;
            double seconds = window.seconds();
            figures.put("applausePerSecond", Math.round(applauded * APPLAUSE / seconds));
            figures.put("viewsPerSecond", Math.round(viewed * VIEWS / seconds));
            figures.put("requestsPerSecond", Math.round((applauded + viewed) / seconds));
            figures.put("turnedDown", applause.turnedDownSoFar() + views.turnedDownSoFar());
            figures.put("applauded ms", Latency.millis(applause.latency().interval()));
            figures.put("viewed ms", Latency.millis(views.latency().interval()));
            figures.put("cores", window.close(applauded + viewed));
            applause.quiesce();
            views.quiesce();
            double windows = (System.nanoTime() - began) / 1e9 + 2;
            figures.put("exact", exact(connections, contents, applause, views));
            long events = Contents.events(connections.getFirst()) - eventsBefore - 1;
            long most = (long) (windows * 2 * contents.size());
            if (events > most) {
                throw new IllegalStateException(
                        events + " events for " + windows + " windows of " + contents.size() + " contents");
            }
            figures.put("events", events);
            figures.put("mostEvents", most);
            figures.put("server", ServerFacts.of(bed.server()));
        }
        return figures;
    }

    private static Map<String, Object> exact(
            List<Connection> connections, List<String> contents, Traffic applause, Traffic views)
            throws InterruptedException {
        long applauded = applause.acknowledgedSoFar() * APPLAUSE;
        long viewed = views.acknowledgedSoFar() * VIEWS;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        long counted = Contents.counted(connections, contents, "views");
        while (counted != viewed && System.nanoTime() < deadline) {
            SendsScenario.pause(0.2);
            counted = Contents.counted(connections, contents, "views");
        }
        long clapped = Contents.counted(connections, contents, "applause");
        if (counted != viewed
                || clapped != applauded
                || !applause.errors().isEmpty()
                || !views.errors().isEmpty()) {
            throw new IllegalStateException("not exact: %d of %d views, %d of %d applause, errors %s %s"
                    .formatted(counted, viewed, clapped, applauded, applause.errors(), views.errors()));
        }
        Map<String, Object> compared = new LinkedHashMap<>();
        compared.put("views", counted);
        compared.put("applause", clapped);
        return compared;
    }

    private static void start(
            List<Connection> connections,
            List<String> contents,
            String verb,
            int count,
            Traffic traffic,
            int inFlight) {
        byte[] data = Encoding.utf8("{\"count\":" + count + "}");
        List<byte[]> routes = contents.stream()
                .map(id -> Encoding.route("contents." + id + verb))
                .toList();
        for (Connection connection : connections) {
            connection.execute(() -> {
                for (int i = 0; i < inFlight / connections.size(); i++) {
                    new Clicks(connection, routes, data, traffic, i).again();
                }
            });
        }
    }

    /** One click after the other, around the contents. */
    private static final class Clicks implements Receiver {
        private final Connection connection;
        private final List<byte[]> routes;
        private final byte[] data;
        private final Traffic traffic;
        private int next;
        private long asked;

        Clicks(Connection connection, List<byte[]> routes, byte[] data, Traffic traffic, int next) {
            this.connection = connection;
            this.routes = routes;
            this.data = data;
            this.traffic = traffic;
            this.next = next;
        }

        void again() {
            if (traffic.running()) {
                asked = System.nanoTime();
                traffic.sent();
                connection.requestResponse(routes.get(next++ % routes.size()), data, this);
            }
        }

        @Override
        public void next(ByteBuf buffer, int index, int length) {
            traffic.acknowledged(System.nanoTime() - asked);
            again();
        }

        @Override
        public void failed(String error) {
            if (error.contains("\"unavailable\"")) {
                traffic.turnedDown();
                CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(() -> connection.execute(this::again));
            } else {
                traffic.failed(error);
                again();
            }
        }
    }
}
