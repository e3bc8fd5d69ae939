package io.ovation.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.netty.buffer.ByteBuf;
import io.ovation.bench.wire.Connection;
import io.ovation.bench.wire.Encoding;
import io.ovation.bench.wire.Field;
import io.ovation.bench.wire.Receiver;

/**
 * A thousand connections watch the counters of one content, while likes come in: a part of them on that content, one of
 * each watcher's user, the rest on others. The age of what is shown is the time since the like that made it so was due.
 */
final class CountersScenario implements Scenario {
    private static final int WARM_UP_IN_FLIGHT = 64;

    @Override
    public String name() {
        return "counters";
    }

    @Override
    public String what() {
        return "live counters to 1,000 connections under 5,000 likes/s: how old what they show is";
    }

    @Override
    public Figures run(Options options) throws Exception {
        int count = options.connections(1_000);
        int rate = options.rates(5_000).getFirst();
        double seconds = options.seconds(40);
        Figures figures = new Figures();
        try (Bed bed = Bed.open(options)) {
            List<Connection> connections = bed.connect(count);
            String watched = Contents.publish(connections, 1).getFirst();
            // the warm-up goes as fast as the server does: an open loop would only pile up on a cold one
            double warmUp = options.warmUp(40);
            // a user likes a content once: enough for each of those who warm up, and beyond them for what each does
            // then
            int others =
                    (int) Math.ceil(warmUp * LikesScenario.FASTEST / WARM_UP_IN_FLIGHT + seconds * rate / count) + 1;
            List<String> contents = Contents.publish(connections, others);
            Traffic background = new Traffic();
            Traffic probes = new Traffic();
            AtomicLongArray due = new AtomicLongArray(count + 1);
            Latency age = new Latency();
            AtomicLong frames = new AtomicLong();
            List<Shown> shown = new ArrayList<>();
            for (Connection connection : connections) {
                Shown one = new Shown(due, age, frames);
                shown.add(one);
                connection.execute(() -> connection.requestStream(
                        Encoding.route("contents." + watched + ".watch"), Contents.NOTHING, one));
            }
            await("all streams are open", () -> frames.get() >= count);
            List<Liker> likers = connections.stream()
                    .map(connection -> new Liker(connection, contents, background))
                    .toList();
            LikesScenario.keepInFlight(likers, WARM_UP_IN_FLIGHT);
            SendsScenario.pause(warmUp);
            background.quiesce();
            background.resume();
            long warmedUp = background.acknowledgedSoFar();
            age.reset();
            frames.set(0);
            Window window = bed.window(name());
            likes(
                    likers,
                    rate,
                    seconds,
                    due,
                    connections.stream()
                            .map(connection -> new Liker(connection, List.of(watched), probes))
                            .toList());
            double elapsed = window.seconds();
            background.settle();
            probes.settle();
            figures.put("cores", window.close(frames.get()));
            long liked = probes.acknowledgedSoFar();
            await("all watchers show the last value", () -> shown.stream().allMatch(one -> one.last == liked));
            figures.put("likesPerSecond", Math.round((background.acknowledgedSoFar() - warmedUp + liked) / elapsed));
            figures.put("framesPerSecondAndWatcher", Math.round(10 * frames.get() / elapsed / count) / 10.0);
            figures.put("age ms", Latency.millis(age.interval()));
            figures.put("exact", LikesScenario.exact(connections, contents, background));
            figures.put("watched", Map.of("likes", LikesScenario.exact(connections, List.of(watched), probes)));
            figures.put("server", ServerFacts.of(bed.server()));
        }
        return figures;
    }

    /** Open loop; every so often the like is a probe's, of the content that is watched, until each has had its turn. */
    private static void likes(List<Liker> likers, int rate, double seconds, AtomicLongArray due, List<Liker> probing) {
        long start = System.nanoTime();
        long all = (long) (rate * seconds);
        long each = probing.isEmpty() ? Long.MAX_VALUE : Math.max(1, all / probing.size());
        AtomicInteger probed = new AtomicInteger();
        for (long i = 0; i < all; i++) {
            long at = start + (long) (i * 1e9 / rate);
            while (System.nanoTime() < at) {
                LockSupport.parkNanos(at - System.nanoTime());
            }
            if (i % each == 0 && probed.get() < probing.size()) {
                Liker probe = probing.get(probed.getAndIncrement());
                due.set(probed.get(), at);
                probe.connection().execute(() -> probe.like(at));
            } else {
                Liker liker = likers.get((int) (i % likers.size()));
                liker.connection().execute(() -> liker.like(at));
            }
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("not within a minute: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** What one watcher shows. */
    private static final class Shown implements Receiver {
        private static final Field LIKES = new Field("\"likes\":");

        private final AtomicLongArray due;
        private final Latency age;
        private final AtomicLong frames;
        private volatile long last = -1;

        Shown(AtomicLongArray due, Latency age, AtomicLong frames) {
            this.due = due;
            this.age = age;
            this.frames = frames;
        }

        @Override
        public void next(ByteBuf buffer, int index, int length) {
            long likes = Field.decimal(buffer, LIKES.find(buffer, index, length));
            frames.incrementAndGet();
            if (likes > last) {
                if (likes > 0) {
                    age.record(System.nanoTime() - due.get((int) likes));
                }
                last = likes;
            }
        }

        @Override
        public void failed(String error) {
            throw new IllegalStateException("a watcher's stream ended: " + error);
        }
    }
}
