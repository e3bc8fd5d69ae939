package io.ovation.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.ovation.bench.wire.Connection;

/**
 * What connections cost the server in memory: resident memory and live heap, each right after a full collection, over
 * what they were in a server that has worked but has no connections. A server fresh from its start would not do: its
 * first traffic alone makes it larger by more than thousands of connections.
 */
final class Memory {
    private static final long MIB = 1024 * 1024;

    private final Server server;
    private final long heap;
    private final long rss;

    private Memory(Server server) throws IOException, InterruptedException {
        this.server = server;
        heap = server.liveHeap();
        rss = settledRss(server);
    }

    /**
     * The collector gives memory back to the system bit by bit, after the collection: it has done so when two seconds
     * bring nothing.
     */
    private static long settledRss(Server server) throws IOException, InterruptedException {
        long last = Long.MAX_VALUE;
        for (long now = Proc.rss(server.pid()); now < last - MIB; now = Proc.rss(server.pid())) {
            last = now;
            TimeUnit.SECONDS.sleep(2);
        }
        return Proc.rss(server.pid());
    }

    /** Lets the server work for some seconds, at a rate that compiles what is hot, and takes that as the base. */
    static Memory warm(Bed bed, double seconds) throws IOException, InterruptedException {
        List<Connection> connections = bed.connect(50);
        List<Room> rooms = Bed.rooms(connections, 50, "group", i -> "[]");
        Bed.watch(rooms, connections::get, new Deliveries());
        Traffic traffic = new Traffic();
        OpenLoop.run(bed.clients().loops(), Bed.senders(connections, rooms, traffic), 1000, seconds);
        traffic.settle();
        connections.forEach(Connection::close);
        return new Memory(bed.server());
    }

    /** The cost of each of so many connections, in KiB. */
    Map<String, Object> since(int connections) throws IOException, InterruptedException {
        long liveHeap = server.liveHeap();
        long resident = settledRss(server);
        Map<String, Object> cost = new LinkedHashMap<>();
        cost.put("rssKiBEach", kib(resident - rss, connections));
        cost.put("heapKiBEach", kib(liveHeap - heap, connections));
        cost.put("rssMiB", resident >> 20);
        cost.put("rssMiBBefore", rss >> 20);
        return cost;
    }

    private static double kib(long bytes, int connections) {
        return Math.round(bytes / 102.4 / connections) / 10.0;
    }
}
