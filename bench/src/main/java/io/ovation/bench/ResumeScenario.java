package io.ovation.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.ovation.bench.wire.Connection;
import io.ovation.bench.wire.Encoding;

/** A phone that comes back: from the request with its cursor to the last of the thousand messages that it missed. */
final class ResumeScenario implements Scenario {
    static final int MISSED = 1000;

    @Override
    public String name() {
        return "resume";
    }

    @Override
    public String what() {
        return "resume after 1,000 missed messages: on an open connection, and on a new one";
    }

    @Override
    public Figures run(Options options) throws Exception {
        Figures figures = new Figures();
        try (Bed bed = Bed.open(options)) {
            List<Connection> connections = bed.connect(1);
            List<Room> rooms = Bed.rooms(connections, 1, "group", i -> "[]");
            Traffic traffic = new Traffic();
            List<Sender> senders = Bed.senders(connections, rooms, traffic);
            int messages = options.sizes(5 * MISSED).getFirst();
            String cursor = fill(connections.getFirst(), rooms.getFirst(), senders, traffic, messages);
            int times = options.times(200);
            resume(bed, rooms.getFirst(), cursor, times, false);
            Window window = bed.window(name());
            figures.put("open connection ms", resume(bed, rooms.getFirst(), cursor, times, false));
            figures.put("new connection ms", resume(bed, rooms.getFirst(), cursor, times, true));
            figures.put("cores", window.close(2L * times));
            figures.put("exact", bed.exact(rooms, traffic));
            figures.put("server", ServerFacts.of(bed.server()));
        }
        return figures;
    }

    /** Sends so many messages, and gives the cursor after which there are a thousand. */
    static String fill(Connection connection, Room room, List<Sender> senders, Traffic traffic, int messages)
            throws Exception {
        Watcher watcher = new Watcher(room, connection, new Deliveries(), 0).keepCursorOf(messages - MISSED);
        Bed.await(watcher.open());
        for (int sent = 0; sent < messages; sent += 50) {
            connection.execute(() -> {
                for (int i = 0; i < 50; i++) {
                    senders.getFirst().send(room, System.nanoTime());
                }
            });
            while (traffic.sentSoFar() < sent + 50) {
                SendsScenario.pause(0.001);
            }
            traffic.settle();
        }
        if (Bed.missing(List.of(watcher)) != 0) {
            throw new IllegalStateException("the watcher did not see all messages");
        }
        watcher.cancel();
        String cursor = watcher.cursor();
        if (cursor == null) {
            throw new IllegalStateException("no cursor");
        }
        return cursor;
    }

    /** Resumes so often, one after the other, and checks each time that every message came once and in order. */
    static Map<String, Object> resume(Bed bed, Room room, String cursor, int times, boolean newConnection)
            throws Exception {
        byte[] from = Encoding.utf8("{\"after\":\"" + cursor + "\"}");
        Latency latency = new Latency();
        Connection connection = Bed.await(bed.clients().connect(room.owner()));
        for (int i = 0; i < times; i++) {
            Deliveries deliveries = new Deliveries();
            long start = System.nanoTime();
            if (newConnection) {
                connection.close();
                connection = Bed.await(bed.clients().connect(room.owner()));
            }
            Watcher watcher = new Watcher(room, connection, deliveries, room.highest() - (long) MISSED);
            var reached = watcher.reaches(room.highest());
            watcher.open(from);
            latency.record(Bed.await(reached) - start);
            watcher.cancel();
            if (deliveries.doubledSoFar() != 0 || deliveries.skippedSoFar() != 0) {
                throw new IllegalStateException(
                        "not exact: twice " + deliveries.doubledSoFar() + ", skipped " + deliveries.skippedSoFar());
            }
        }
        connection.close();
        return new LinkedHashMap<>(Latency.millis(latency.interval()));
    }
}
