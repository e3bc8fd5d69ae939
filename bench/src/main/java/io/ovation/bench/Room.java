package io.ovation.bench;

import java.util.Arrays;
import java.util.UUID;

import io.ovation.bench.wire.Encoding;
import org.jspecify.annotations.Nullable;

/**
 * One conversation of a run: its pre-encoded routes, and what the server acknowledged in it. Written by the event loop
 * of the one connection that sends in it; read by others only once nothing is in flight any more.
 */
final class Room {
    private final String id;
    private final String owner;
    private final byte[] send;
    private final byte[] watch;
    private final byte[] history;
    /** The acknowledged message ids, two longs for each seq from 1. */
    private long[] ids = new long[32];

    private int acknowledged;
    private int highest;
    private int twice;

    Room(String id, String owner) {
        this.id = id;
        this.owner = owner;
        send = Encoding.route("conversations." + id + ".send");
        watch = Encoding.route("conversations." + id + ".watch");
        history = Encoding.route("conversations." + id + ".history");
    }

    String id() {
        return id;
    }

    /** The user who opened it. */
    String owner() {
        return owner;
    }

    byte[] sendRoute() {
        return send;
    }

    byte[] watchRoute() {
        return watch;
    }

    byte[] historyRoute() {
        return history;
    }

    /** Notes that the server acknowledged a message as the {@code seq}th. */
    void acknowledge(int seq, long most, long least) {
        int at = 2 * (seq - 1);
        if (at + 2 > ids.length) {
            ids = Arrays.copyOf(ids, Math.max(at + 2, 2 * ids.length));
        }
        if (ids[at] != 0) {
            twice++;
        }
        ids[at] = most;
        ids[at + 1] = least;
        acknowledged++;
        highest = Math.max(highest, seq);
    }

    /** How many messages were acknowledged. */
    int acknowledged() {
        return acknowledged;
    }

    /** The highest seq that was acknowledged. */
    int highest() {
        return highest;
    }

    /** How many times a seq was given out that had been given out before. */
    int twice() {
        return twice;
    }

    /** The id of the message that was acknowledged as the {@code seq}th; null when none was. */
    @Nullable
    UUID idOf(int seq) {
        int at = 2 * (seq - 1);
        return at + 2 > ids.length || ids[at] == 0 ? null : new UUID(ids[at], ids[at + 1]);
    }
}
