package io.ovation.live;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.ovation.live.Watch.Watchable;

/**
 * The states of a topic as they were at one moment, encoded: of many, the latest. All watchers that were let in with
 * the same states share one of these; it never changes, so any thread may read it.
 */
final class StatesAsTheyAre {
    static final StatesAsTheyAre NONE = new StatesAsTheyAre(List.of(), Map.of(), Long.MIN_VALUE, Long.MIN_VALUE);

    private final List<WireFrame> frames;
    private final Map<String, Told> byKey;
    private final long lowest;
    private final long highest;

    private record Told(long version, WireFrame frame) {}

    private StatesAsTheyAre(List<WireFrame> frames, Map<String, Told> byKey, long lowest, long highest) {
        this.frames = frames;
        this.byKey = byKey;
        this.lowest = lowest;
        this.highest = highest;
    }

    /** These states, with what is encoded already taken from here; this one where nothing has changed. */
    StatesAsTheyAre as(List<Update> states) {
        List<Update> latest = latest(states);
        if (latest.size() == frames.size() && latest.stream().allMatch(this::has)) {
            return this;
        }
        List<WireFrame> encoded = new ArrayList<>(latest.size());
        Map<String, Told> told = HashMap.newHashMap(latest.size());
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (Update update : latest) {
            Frame.State state = (Frame.State) update.frame();
            Told before = byKey.get(state.key());
            Told now = before != null && before.version() == update.sequence()
                    ? before
                    : new Told(update.sequence(), Frames.of(state));
            encoded.add(now.frame());
            told.put(state.key(), now);
            first = Math.min(first, now.version());
            last = Math.max(last, now.version());
        }
        return new StatesAsTheyAre(
                encoded, told, latest.size() < Watchable.MOST_STATES ? Long.MIN_VALUE : first, last);
    }

    private static List<Update> latest(List<Update> states) {
        return states.size() <= Watchable.MOST_STATES
                ? states
                : states.stream()
                        .sorted(Comparator.comparingLong(Update::sequence))
                        .skip(states.size() - Watchable.MOST_STATES)
                        .toList();
    }

    private boolean has(Update update) {
        Told told = byKey.get(((Frame.State) update.frame()).key());
        return told != null && told.version() == update.sequence();
    }

    /** Those to begin with. */
    List<WireFrame> frames() {
        return frames;
    }

    /** The version up to which who began with these has a key's state, or was not to have it. */
    long versionOf(String key) {
        Told told = byKey.get(key);
        return told == null ? lowest : told.version();
    }

    /** The highest of all versions. */
    long highest() {
        return highest;
    }
}
