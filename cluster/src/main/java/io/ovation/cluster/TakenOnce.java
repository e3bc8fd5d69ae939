package io.ovation.cluster;

import java.util.BitSet;

/**
 * Which of a sender's numbers were taken: each is taken once, in whatever order they come. Those far below the highest
 * count as taken, so that it needs 8 KB. Its owner guards it.
 */
final class TakenOnce {
    /** More than one node says to another while a message of it is sent again and again on its way. */
    static final int WINDOW = 65_536;

    private final BitSet window = new BitSet(WINDOW);
    private long highest = -1;

    /** Whether it is taken now, for the first time. */
    boolean take(long number) {
        if (number < 0 || number <= highest - WINDOW) {
            return false;
        }
        if (number > highest) {
            forget(highest + 1, number);
            highest = number;
        }
        int place = place(number);
        boolean first = !window.get(place);
        window.set(place);
        return first;
    }

    /** The places of numbers that nobody has seen yet are those of numbers that are far below now. */
    private void forget(long from, long to) {
        if (to - from >= WINDOW) {
            window.clear();
            return;
        }
        for (long number = from; number <= to; number++) {
            window.clear(place(number));
        }
    }

    private static int place(long number) {
        return (int) (number % WINDOW);
    }
}
