package io.ovation.live;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What one watcher is told of the states of its topic: those that came with its authorisation first, then what is
 * posted on the topic's board and is newer. Owned by whoever drains the watcher.
 */
final class WatchedStates {
    private final String user;
    private List<Update> current = List.of();
    private int told;

    /** The version of each state that came with the authorisation; forgotten once the board is beyond all of them. */
    private Map<String, Long> versions = Map.of();

    private long highestVersion = Long.MIN_VALUE;
    /** The place on the board up to which it was walked. */
    private long order;

    /** @param user who watches: some states are not for who caused them */
    WatchedStates(String user) {
        this.user = user;
    }

    /** Takes the states as they are now; they are told before anything else. */
    void take(List<Update> states) {
        current = states;
        told = 0;
        versions = HashMap.newHashMap(states.size());
        highestVersion = Long.MIN_VALUE;
        for (Update state : states) {
            versions.put(((Frame.State) state.frame()).key(), state.sequence());
            highestVersion = Math.max(highestVersion, state.sequence());
        }
    }

    /** Whether there were any when they were taken. */
    boolean isEmpty() {
        return current.isEmpty();
    }

    boolean hasNext() {
        return told < current.size();
    }

    WireFrame next() {
        return Frames.of((Frame.State) current.get(told++).frame());
    }

    /**
     * The next state on the board that is news to this watcher, which stays there until it is {@link #pass}ed; null for
     * none.
     */
    StateBoard.@Nullable Posted newsOn(StateBoard board, long now) {
        for (StateBoard.Posted state = board.after(order); state != null; state = board.after(order)) {
            if (state.version() > versions.getOrDefault(state.key(), Long.MIN_VALUE)
                    && !user.equals(state.notFor())
                    && state.overAt() > now) {
                return state;
            }
            order = state.order();
        }
        return null;
    }

    void pass(StateBoard.Posted state) {
        order = state.order();
        if (state.version() > highestVersion && state.version() != StateBoard.EPHEMERAL) {
            // the board's versions only rise
            versions = Map.of();
            current = List.of();
        }
    }
}
