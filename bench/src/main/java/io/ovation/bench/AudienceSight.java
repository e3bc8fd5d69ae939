package io.ovation.bench;

import java.util.concurrent.CompletableFuture;

import io.netty.buffer.ByteBuf;
import io.ovation.bench.wire.Connection;
import io.ovation.bench.wire.Encoding;
import io.ovation.bench.wire.Field;
import io.ovation.bench.wire.Receiver;

/**
 * What one who watches a channel is told of how many do. For any thread, its event loop among them: its lock guards all
 * of it.
 */
final class AudienceSight implements Receiver {
    private static final byte[] LIVE = Encoding.utf8("{}");

    private final Field watching = new Field("\"watching\":");
    private long last;
    private long lastAt;
    private int told;
    private long wanted = -1;
    private CompletableFuture<Long> seen = new CompletableFuture<>();

    private AudienceSight() {}

    /** Watches, and returns when the watcher has been told of itself. */
    static AudienceSight of(Connection connection, Room channel) throws InterruptedException {
        AudienceSight sight = new AudienceSight();
        connection.execute(() -> connection.requestStream(channel.watchRoute(), LIVE, sight));
        sight.await(1);
        return sight;
    }

    /**
     * Waits until so many are told.
     *
     * @return since when, as {@link System#nanoTime()}
     */
    long await(long number) throws InterruptedException {
        CompletableFuture<Long> future;
        synchronized (this) {
            if (told > 0 && last == number) {
                return lastAt;
            }
            wanted = number;
            seen = new CompletableFuture<>();
            future = seen;
        }
        return Bed.await(future);
    }

    /** The number that was told last. */
    synchronized long last() {
        return last;
    }

    /** How often a number was told. */
    synchronized int told() {
        return told;
    }

    @Override
    public synchronized void next(ByteBuf buffer, int index, int length) {
        int at = watching.find(buffer, index, length);
        if (at < 0) {
            return;
        }
        last = Field.decimal(buffer, at);
        lastAt = System.nanoTime();
        told++;
        if (last == wanted) {
            seen.complete(lastAt);
        }
    }

    @Override
    public synchronized void failed(String error) {
        seen.completeExceptionally(new IllegalStateException("the one who stays was told no more: " + error));
    }
}
