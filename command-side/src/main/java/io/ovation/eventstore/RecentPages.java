package io.ovation.eventstore;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

import io.ovation.eventstore.LogTable.Page;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.jspecify.annotations.Nullable;

/**
 * What was read of the end of the log for one stream, and is as good for the others: where other nodes append, each
 * event is read and decoded once a node. Bounded in events. Not thread-safe: {@link EventLog} guards it.
 */
final class RecentPages {
    private final int capacity;
    private final NavigableMap<Long, Page> byStart = new TreeMap<>();
    private int events;

    /** @param capacity the most events that are kept */
    RecentPages(int capacity) {
        this.capacity = capacity;
    }

    /** What is known to follow a position, without a gap; null for nothing. */
    @Nullable
    Page above(long position) {
        Map.Entry<Long, Page> found = byStart.floorEntry(position);
        if (found == null || found.getValue().last() <= position) {
            return null;
        }
        List<TrackedEventMessage<?>> rest = found.getValue().events().stream()
                .<TrackedEventMessage<?>>map(event -> event)
                .filter(event -> EventLog.position(event) > position)
                .toList();
        return new Page(rest, found.getValue().last());
    }

    /** Takes in a page, of which nothing was known before. */
    void add(long above, Page page) {
        byStart.put(above, page);
        events += page.events().size();
        while (events > capacity) {
            forgetFirst();
        }
    }

    /** Lets go of what lies at a position or below. */
    void dropUpTo(long position) {
        while (!byStart.isEmpty() && byStart.firstEntry().getValue().last() <= position) {
            forgetFirst();
        }
    }

    private void forgetFirst() {
        events -= byStart.pollFirstEntry().getValue().events().size();
    }
}
