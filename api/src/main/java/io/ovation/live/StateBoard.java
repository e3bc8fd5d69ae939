package io.ovation.live;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

import org.jspecify.annotations.Nullable;

/**
 * The latest state of each key of a topic, encoded, in the order in which they became so. A watcher walks it by
 * {@link Posted#order()}: what was replaced before it came by, it never sees. So the board is as large as there are
 * keys, and at most {@value #MOST}, however slow a watcher is. One thread posts at a time; any number read.
 */
final class StateBoard {
    /**
     * How many there may be: what a topic has many of is told only as it changes, and the oldest of these are
     * forgotten. Who is so far behind finds them in the history.
     */
    static final int MOST = 16_384;

    /** The version of a state that no event made: each is newer than the one before. */
    static final long EPHEMERAL = Long.MAX_VALUE;

    /** Stands for a state that is none any more; it is never told. */
    private static final WireFrame NOTHING = new WireFrame(null, new byte[0]);

    private final ConcurrentNavigableMap<Long, Posted> posted = new ConcurrentSkipListMap<>();
    private final Map<String, Posted> byKey = new HashMap<>();
    private long lastOrder;

    /**
     * A state on the board.
     *
     * @param order its place among all that was ever posted here
     * @param version the position in the log of what made it so
     * @param notFor a user who is not told; null for nobody
     * @param standsAtStart whether a stream begins with it
     * @param overAt when it is over by itself, in milliseconds since 1970; {@link Long#MAX_VALUE} for never
     */
    record Posted(
            long order,
            long version,
            String key,
            @Nullable String notFor,
            boolean standsAtStart,
            long overAt,
            WireFrame frame) {}

    /** Puts a state in the place of the one with its key, unless that is as new. */
    void post(Frame.State state, long version, long overAt) {
        Posted before = byKey.get(state.key());
        if (before != null && before.version() >= version && version != EPHEMERAL) {
            return;
        }
        Posted now = new Posted(
                ++lastOrder,
                version,
                state.key(),
                state.notFor(),
                state.standsAtStart(),
                overAt,
                Frames.of(state));
        byKey.put(state.key(), now);
        posted.put(now.order(), now);
        if (before != null) {
            posted.remove(before.order());
        } else if (byKey.size() > MOST && posted.firstKey() < now.order()) {
            Posted oldest = posted.firstEntry().getValue();
            posted.remove(oldest.order());
            byKey.remove(oldest.key());
        }
    }

    /** Takes a state off, unless it became so later; an older one does not come back as long as that is remembered. */
    void end(String key, long version, long rememberedUntil) {
        Posted before = byKey.get(key);
        if (before != null && before.version() > version) {
            return;
        }
        if (before != null) {
            posted.remove(before.order());
        }
        byKey.put(key, new Posted(++lastOrder, version, key, null, true, rememberedUntil, NOTHING));
    }

    /** The place of what was posted last. */
    long last() {
        Map.Entry<Long, Posted> last = posted.lastEntry();
        return last == null ? 0 : last.getKey();
    }

    /** Takes away what is over. */
    void sweep(long now) {
        byKey.values().removeIf(each -> {
            boolean over = each.overAt() <= now;
            if (over) {
                posted.remove(each.order());
            }
            return over;
        });
    }

    /** The first state after a place; null for none. */
    @Nullable
    Posted after(long order) {
        Map.Entry<Long, Posted> next = posted.higherEntry(order);
        return next == null ? null : next.getValue();
    }
}
