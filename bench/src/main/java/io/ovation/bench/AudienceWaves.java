package io.ovation.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.ovation.bench.wire.Connection;

/**
 * Waves of connections that come to a channel and go, by their streams and by themselves. After each it is measured
 * since when one who stays was told the exact number, and since when {@code GET …/presence} has it. For one thread.
 */
final class AudienceWaves {
    private static final int IN_FLIGHT = 64;

    /** So long a number has to stay once it is exact: it is told once a second at most. */
    private static final long STAYS_MILLIS = 1_500;

    private static final long ASKING_MILLIS = 20;
    private static final long LONGEST_SECONDS = 30;

    private final Bed bed;
    private final Room channel;
    private final AudienceSight sight;
    private final int count;

    /** @param sight of one who watches the channel all the time */
    AudienceWaves(Bed bed, Room channel, AudienceSight sight, int count) {
        this.bed = bed;
        this.channel = channel;
        this.sight = sight;
        this.count = count;
    }

    /** One wave: they connect and watch, end their streams, watch again, and close their connections. */
    List<Map<String, Object>> comeAndGo() throws IOException, InterruptedException {
        Deliveries deliveries = new Deliveries();
        List<Watcher> watchers = new ArrayList<>(count);
        List<Connection> connections = new ArrayList<>(count);
        List<Map<String, Object>> steps = new ArrayList<>();
        steps.add(measure("connect and watch", count + 1, () -> connect(watchers, connections, deliveries)));
        steps.add(measure("end their streams", 1, () -> watchers.forEach(Watcher::cancel)));
        List<Watcher> again = connections.stream()
                .map(each -> new Watcher(channel, each, deliveries, channel.highest()))
                .toList();
        steps.add(measure("watch again", count + 1, () -> Bed.openAll(again)));
        // before the connections close, with which streams may end
        Map<String, Long> ends = deliveries.ends();
        if (!ends.isEmpty()) {
            throw new IllegalStateException("streams ended: " + ends);
        }
        steps.add(measure("close their connections", 1, () -> connections.forEach(Connection::close)));
        return steps;
    }

    private void connect(List<Watcher> watchers, List<Connection> connections, Deliveries deliveries)
            throws InterruptedException {
        Semaphore permits = new Semaphore(IN_FLIGHT);
        List<CompletableFuture<Watcher>> coming = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            permits.acquire();
            coming.add(bed.clients().connect(Bed.user(i + 1)).thenCompose(each -> {
                Watcher watcher = new Watcher(channel, each, deliveries, channel.highest());
                synchronized (connections) {
                    connections.add(each);
                    watchers.add(watcher);
                }
                return watcher.open().whenComplete((live, error) -> permits.release());
            }));
        }
        for (CompletableFuture<Watcher> each : coming) {
            Bed.await(each);
        }
    }

    private interface Movement {
        void make() throws InterruptedException;
    }

    private Map<String, Object> measure(String what, int number, Movement movement)
            throws IOException, InterruptedException {
        int toldBefore = sight.told();
        Window window = bed.window("audience-" + what.replace(' ', '-'));
        long start = System.nanoTime();
        movement.make();
        for (EventLoop loop : bed.clients().loops()) {
            loop.submit(() -> {}).awaitUninterruptibly(); // all of it is written
        }
        long made = System.nanoTime();
        long asked = whenAnswered(number);
        long told = sight.await(number);
        Map<String, Object> cores = window.close(count);
        int times = sight.told() - toldBefore;
        TimeUnit.MILLISECONDS.sleep(STAYS_MILLIS);
        if (sight.last() != number || bed.archive().watching(channel) != number) {
            throw new IllegalStateException("after they " + what + " the number was " + number + ", and then "
                    + sight.last() + " and " + bed.archive().watching(channel));
        }
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("they", what);
        step.put("in ms", Latency.millis(made - start));
        step.put("told exactly after ms", Latency.millis(Math.max(0, told - made)));
        step.put("answered exactly after ms", Latency.millis(Math.max(0, asked - made)));
        step.put("told times", times);
        step.put("cores", cores);
        return step;
    }

    private long whenAnswered(int number) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
        while (true) {
            long watching = bed.archive().watching(channel);
            if (watching == number) {
                return System.nanoTime();
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(number + " watch, and for " + LONGEST_SECONDS + " s it was answered "
                        + watching);
            }
            TimeUnit.MILLISECONDS.sleep(ASKING_MILLIS);
        }
    }
}
