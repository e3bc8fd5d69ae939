package io.ovation.bench;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

import io.netty.buffer.ByteBuf;
import io.ovation.bench.wire.Connection;
import io.ovation.bench.wire.Encoding;
import io.ovation.bench.wire.Field;
import io.ovation.bench.wire.Receiver;
import org.jspecify.annotations.Nullable;

/** One live stream: checks that every seq comes once and in order, and times each message. */
final class Watcher implements Receiver {
    private static final byte[] LIVE = Encoding.utf8("{}");
    private static final Field TEXT = new Field("\"body\":\"");
    private static final Field SEQ = new Field("\"seq\":");
    /** Told to each watcher once a second while others come and go: not worth a text. */
    private static final Field WATCHING = new Field("\"watching\":");

    private static final Field CURSOR = new Field("\"cursor\":\"");

    private final Room room;
    private final Connection connection;
    private final Deliveries deliveries;
    private final CompletableFuture<Watcher> live = new CompletableFuture<>();
    private volatile long last;
    private int streamId;
    private boolean cancelled;
    /** The seq whose cursor is kept, for the resume scenario; 0 for none. */
    private long wanted;

    private @Nullable String cursor;
    private long target;
    private final CompletableFuture<Long> reached = new CompletableFuture<>();

    /** @param last the seq after which the next must come */
    Watcher(Room room, Connection connection, Deliveries deliveries, long last) {
        this.room = room;
        this.connection = connection;
        this.deliveries = deliveries;
        this.last = last;
    }

    /** Opens the stream; the future completes with its first frame, from which on nothing may be missed. */
    CompletableFuture<Watcher> open() {
        return open(LIVE);
    }

    /** The same with the request's own data. */
    CompletableFuture<Watcher> open(byte[] data) {
        connection.execute(() -> streamId = connection.requestStream(room.watchRoute(), data, this));
        return live;
    }

    /** Keeps the cursor of the message {@code seq}. Before {@link #open}. */
    Watcher keepCursorOf(long seq) {
        wanted = seq;
        return this;
    }

    /**
     * Completes with the time ({@link System#nanoTime()}) at which the message {@code seq} was there. Before
     * {@link #open}.
     */
    CompletableFuture<Long> reaches(long seq) {
        target = seq;
        return reached;
    }

    @Nullable
    String cursor() {
        return cursor;
    }

    /** Ends the stream. */
    void cancel() {
        connection.execute(() -> {
            cancelled = true;
            connection.cancel(streamId);
        });
    }

    Room room() {
        return room;
    }

    /** The last seq that arrived. */
    long last() {
        return last;
    }

    @Override
    public void next(ByteBuf buffer, int index, int length) {
        int text = TEXT.find(buffer, index, length);
        if (text < 0) {
            live.complete(this);
            if (WATCHING.find(buffer, index, length) < 0) {
                other(buffer.toString(index, length, StandardCharsets.UTF_8));
            }
            return;
        }
        long age = System.nanoTime() - Field.hex16(buffer, text);
        long seq = Field.decimal(buffer, SEQ.find(buffer, index, length));
        if (seq == last + 1) {
            last = seq;
        } else if (seq <= last) {
            deliveries.doubled();
            return;
        } else {
            deliveries.skipped(seq - last - 1);
            last = seq;
        }
        if (seq == wanted) {
            cursor = Field.text(buffer, CURSOR.find(buffer, index, length));
        }
        if (seq == target) {
            reached.complete(System.nanoTime());
        }
        deliveries.delivered(seq, age);
        if (!live.isDone()) {
            live.complete(this);
        }
    }

    private void other(String frame) {
        if (frame.contains("\"reset\"") || frame.contains("\"error\"") || frame.contains("\"reconnect\"")) {
            deliveries.ended(frame);
        }
    }

    @Override
    public void completed() {
        failed("completed");
    }

    @Override
    public void failed(String error) {
        live.completeExceptionally(new IllegalStateException("the stream ended: " + error));
        reached.completeExceptionally(new IllegalStateException("the stream ended: " + error));
        if (!cancelled) {
            deliveries.ended(error);
        }
    }
}
