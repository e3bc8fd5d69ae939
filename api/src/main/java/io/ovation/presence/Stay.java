package io.ovation.presence;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * One user on this node: how many places they hold, and what of it is recorded. {@link Attendance} guards it, and does
 * what {@link #next} says, one thing at a time; so the log comes to say what is so, in whatever order the answers come.
 */
final class Stay {
    private int places;
    private boolean wanted;
    private CloseReason reason = CloseReason.left;

    /** Changes with each coming and going: a grace that began before says nothing any more. */
    private long turn;

    /** The session that is recorded, or may be; null for none. */
    private @Nullable String session;

    private boolean open;

    /** Whether it may be open, while nobody knows: then its id is the one to go on with. */
    private boolean mayBeOpen;

    /** Whether it may have been closed: nobody knows, so it has to be, and whoever is here needs another. */
    private boolean mayBeClosed;

    private boolean busy;
    private boolean ended;
    private int failures;

    /** What is to be done next. */
    sealed interface Deed {
        String session();

        record Open(String session) implements Deed {}

        record Close(String session, CloseReason reason) implements Deed {}
    }

    /** What became of a deed. */
    enum Outcome {
        DONE,
        /** Nothing was recorded. */
        REJECTED,
        /** Nobody knows. */
        UNKNOWN
    }

    void enter() {
        places++;
        turn++;
        wanted = true;
    }

    void leave() {
        places--;
        turn++;
    }

    boolean isEmpty() {
        return places == 0;
    }

    long turn() {
        return turn;
    }

    /** The grace that began with a turn is over. */
    void graceIsOver(long began) {
        if (turn == began && places == 0) {
            wanted = false;
            reason = CloseReason.left;
        }
    }

    /** The node stops. */
    void end() {
        ended = true;
        turn++;
        wanted = false;
        reason = CloseReason.stopped;
    }

    /** What is to be done now, if anything; then nothing else until {@link #did}. */
    @Nullable
    Deed next(Supplier<String> newId) {
        boolean settled = wanted ? open && !mayBeClosed : session == null;
        if (busy || settled) {
            return null;
        }
        busy = true;
        if (wanted && !mayBeClosed) {
            if (session == null) {
                session = newId.get();
            }
            return new Deed.Open(session);
        }
        return new Deed.Close(String.valueOf(session), reason);
    }

    /** Takes note of what became of a deed; answers whether that was the end of its session. */
    boolean did(Deed deed, Outcome outcome) {
        failures = outcome == Outcome.DONE ? 0 : failures + 1;
        switch (deed) {
            case Deed.Open _ -> {
                open = outcome == Outcome.DONE;
                mayBeOpen |= outcome == Outcome.UNKNOWN;
                if (outcome == Outcome.REJECTED && !mayBeOpen) {
                    session = null;
                }
            }
            case Deed.Close _ -> {
                mayBeClosed |= outcome == Outcome.UNKNOWN;
                if (outcome == Outcome.DONE) {
                    open = false;
                    session = null;
                }
            }
        }
        if (session == null || open && outcome == Outcome.DONE) {
            mayBeOpen = false;
        }
        if (session == null) {
            mayBeClosed = false;
        }
        return session == null;
    }

    /** The session that is open for certain; null for none. */
    @Nullable
    String openSession() {
        return open && !busy && !mayBeClosed ? session : null;
    }

    /**
     * Takes note that another node has closed a session, so that whoever is here opens the next; false where that one
     * is not this one's any more, or something is under way with it.
     */
    boolean closedElsewhere(String closed) {
        if (!closed.equals(openSession())) {
            return false;
        }
        session = null;
        open = false;
        return true;
    }

    /** How often in a row it did not work. */
    int failures() {
        return failures;
    }

    /** What failed may be done again, or something else. */
    void free() {
        busy = false;
    }

    /** Whether there is nothing left to remember. */
    boolean isOver() {
        return (places == 0 || ended) && !wanted && session == null && !busy;
    }
}
