package io.ovation.live;

import org.jspecify.annotations.Nullable;

/**
 * What one watcher is told of the states of its topic: those that came with its authorisation first, then what is
 * posted on the topic's board and is newer. Owned by whoever drains the watcher.
 */
final class WatchedStates {
    private final String user;
    /** Those that came with the authorisation; forgotten once the board is beyond all of them. */
    private StatesAsTheyAre current = StatesAsTheyAre.NONE;

    private int told;
    /** The place on the board up to which it was walked. */
    private long order;

    /** The place on the board when the watcher came: what does not stand at the start is news only behind it. */
    private long cameAt;

    /** @param user who watches: some states are not for who caused them */
    WatchedStates(String user) {
        this.user = user;
    }

    /** The watcher comes: what the board has by now was told before. */
    void cameTo(StateBoard board) {
        cameAt = board.last();
    }

    /** Takes the states as they are now; they are told before anything else. */
    void take(StatesAsTheyAre states) {
        current = states;
        told = 0;
    }

    /** Whether there were any when they were taken. */
    boolean isEmpty() {
        return current.frames().isEmpty();
    }

    boolean hasNext() {
        return told < current.frames().size();
    }

    WireFrame next() {
        return current.frames().get(told++);
    }

    /**
     * The next state on the board that is news to this watcher, which stays there until it is {@link #pass}ed; null for
     * none.
     */
    StateBoard.@Nullable Posted newsOn(StateBoard board, long now) {
        for (StateBoard.Posted state = board.after(order); state != null; state = board.after(order)) {
            boolean news = state.standsAtStart()
                    ? state.version() > current.versionOf(state.key())
                    : state.order() > cameAt;
            if (news
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
        if (state.version() > current.highest() && state.version() != StateBoard.EPHEMERAL && !hasNext()) {
            // the board's versions only rise
            take(StatesAsTheyAre.NONE);
        }
    }
}
