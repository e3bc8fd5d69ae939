package io.ovation.demo;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import io.ovation.client.OvationClient;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import tools.jackson.databind.JsonNode;

/** Watches the room as its members do, and says what came and how long it took. */
final class Witness implements AutoCloseable {
    private final Latencies delivered = new Latencies();
    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Long> awaited = new HashMap<>();
    private final Disposable subscription;
    private boolean watching;
    private @Nullable Throwable failure;

    private Witness(OvationClient client, String room) {
        this.subscription =
                client.watch("conversations." + room + ".watch", null).subscribe(this::seen, this::failed);
    }

    /**
     * Starts to watch, and returns when the stream's first frame is here: whatever is recorded from then on is on it.
     */
    static Witness of(OvationClient client, String room, Duration patience) throws InterruptedException {
        Witness witness = new Witness(client, room);
        if (!witness.await(patience, true)) {
            witness.close();
            throw new DemoFailure("The room cannot be watched: " + witness.reason(), witness.failure);
        }
        return witness;
    }

    /** A message is about to be sent for the first time. */
    void expect(String messageId) {
        lock.lock();
        try {
            awaited.put(messageId, System.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    /** Waits until every expected message was seen; answers how many were not. */
    int missing(Duration patience) throws InterruptedException {
        await(patience, false);
        lock.lock();
        try {
            return awaited.size();
        } finally {
            lock.unlock();
        }
    }

    /** From just before the first attempt to send to the arrival here. */
    Latencies delivered() {
        return delivered;
    }

    @Override
    public void close() {
        subscription.dispose();
    }

    private void seen(JsonNode frame) {
        long now = System.nanoTime();
        lock.lock();
        try {
            watching = true;
            if (frame.path("type").asString("").equals("message")) {
                Long since = awaited.remove(frame.path("messageId").asString(""));
                if (since != null) {
                    delivered.add(now - since);
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void failed(Throwable error) {
        lock.lock();
        try {
            failure = error;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean await(Duration patience, boolean first) throws InterruptedException {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (first ? !watching : !awaited.isEmpty()) {
                if (failure != null || left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private String reason() {
        lock.lock();
        try {
            return failure == null ? "its stream does not begin" : String.valueOf(failure.getMessage());
        } finally {
            lock.unlock();
        }
    }
}
