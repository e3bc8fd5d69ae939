package io.ovation.eventstore;

import java.util.List;
import java.util.Objects;

import org.axonframework.eventhandling.TrackedEventMessage;
import org.jspecify.annotations.Nullable;

/**
 * The latest events that this node appended, as they were applied: a stream that keeps up reads nothing back from the
 * table and decodes nothing again. What all have read is let go of at once: what lives for some seconds is copied by
 * each young collection, and makes its pause.
 *
 * <p>A ring, bounded in events; each entry knows from which position on there is nothing before it, so that a reader at
 * that position or above may go on here, and one below has to ask the table first. Not thread-safe: {@link EventLog}
 * guards it.
 */
final class RecentEvents {
    private final @Nullable Entry[] ring;
    private long first;
    private long end;

    /** @param capacity the most events that are kept */
    RecentEvents(int capacity) {
        ring = new Entry[capacity];
    }

    /**
     * Takes in what was appended.
     *
     * @param previous the position up to which everything is known, before these events
     * @param events in the order of their positions, with nothing of anybody else's between them
     */
    void add(long previous, List<TrackedEventMessage<?>> events) {
        long before = previous;
        for (TrackedEventMessage<?> event : events) {
            if (end - first == ring.length) {
                first++;
            }
            Entry entry = new Entry(event, EventLog.position(event), before);
            ring[slot(end++)] = entry;
            before = entry.position();
        }
    }

    /** Lets go of the entries up to a position. */
    void dropUpTo(long position) {
        while (first < end && entry(first).position() <= position) {
            ring[slot(first++)] = null;
        }
    }

    /** The first entry above a position; null if there is none. */
    @Nullable
    Entry firstAbove(long position) {
        long low = lowestAbove(position);
        return low < end ? entry(low) : null;
    }

    /**
     * Copies entries from the first one above {@code position} on, as long as nothing can lie between them, to the end
     * of {@code target}.
     */
    void copyAbove(long position, int most, List<TrackedEventMessage<?>> target) {
        long at = position;
        for (long i = lowestAbove(position); i < end && target.size() < most; i++) {
            Entry entry = entry(i);
            if (entry.previous() > at) {
                return;
            }
            target.add(entry.event());
            at = entry.position();
        }
    }

    private long lowestAbove(long position) {
        long low = first;
        long high = end;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (entry(middle).position() > position) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private Entry entry(long index) {
        return Objects.requireNonNull(ring[slot(index)]);
    }

    private int slot(long index) {
        return (int) (index % ring.length);
    }

    /**
     * An event of this node's.
     *
     * @param previous nothing lies above this position and below {@code position}
     */
    record Entry(TrackedEventMessage<?> event, long position, long previous) {}
}
