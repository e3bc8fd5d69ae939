package io.ovation.limits;

import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many places each holder has taken of those that one may have at once. Thread-safe: each holder's count is changed
 * by one thread at a time, and holders do not wait for each other.
 */
final class Shares {
    private final ConcurrentHashMap<String, Integer> taken = new ConcurrentHashMap<>();
    private final int most;

    /**
     * @param most places that one holder may have at once
     */
    Shares(int most) {
        this.most = most;
    }

    /** Takes a place, which has to be given back; false when the holder has as many as one may have. */
    boolean take(String holder) {
        boolean[] got = new boolean[1];
        taken.compute(holder, (name, before) -> {
            int now = before == null ? 0 : before;
            got[0] = now < most;
            return got[0] ? Integer.valueOf(now + 1) : before;
        });
        return got[0];
    }

    /** Gives a place back; a holder without any is forgotten. */
    void giveBack(String holder) {
        taken.compute(holder, (name, before) -> {
            int now = Objects.requireNonNull(before, "A place is given back once") - 1;
            return now == 0 ? null : now;
        });
    }

    /** How many hold a place. */
    int holders() {
        return taken.size();
    }
}
