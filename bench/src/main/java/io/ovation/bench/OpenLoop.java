package io.ovation.bench;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;

/**
 * Sends at a fixed rate, whatever the server does. Each message carries the time at which it was due, so that a server
 * that stalls is charged for every message that had to wait (no coordinated omission).
 *
 * <p>Runs as a timed task of the generator's first event loop, since one more thread would be one more switch for each
 * message.
 */
final class OpenLoop {
    private OpenLoop() {}

    /**
     * Sends {@code rate} messages a second for {@code seconds}, each in a random room of a random sender; returns when
     * the last has been sent.
     */
    static void run(List<EventLoop> loops, List<Sender> senders, double rate, double seconds)
            throws InterruptedException {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loops.getFirst().execute(new Pace(loops.getFirst(), senders, rate, Math.round(rate * seconds), done));
        try {
            done.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the generator failed", e.getCause());
        }
    }

    private static final class Pace implements Runnable {
        private final EventLoop loop;
        private final List<Sender> senders;
        private final double nanosApart;
        private final long count;
        private final CompletableFuture<Void> done;
        private final SplittableRandom random = new SplittableRandom();
        private final long start = System.nanoTime();
        private long sent;

        Pace(EventLoop loop, List<Sender> senders, double rate, long count, CompletableFuture<Void> done) {
            this.loop = loop;
            this.senders = senders;
            this.nanosApart = 1e9 / rate;
            this.count = count;
            this.done = done;
        }

        @Override
        public void run() {
            try {
                while (sent < count) {
                    long due = start + (long) (sent * nanosApart);
                    long wait = due - System.nanoTime();
                    if (wait > 0) {
                        loop.schedule(this, wait, TimeUnit.NANOSECONDS);
                        return;
                    }
                    sent++;
                    Sender sender = senders.get(random.nextInt(senders.size()));
                    Room room = sender.rooms().get(random.nextInt(sender.rooms().size()));
                    sender.connection().execute(() -> sender.send(room, due));
                }
                done.complete(null);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        }
    }
}
