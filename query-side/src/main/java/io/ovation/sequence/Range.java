package io.ovation.sequence;

import org.jspecify.annotations.Nullable;

/** The seqs of a page, both in it. */
public record Range(long first, long last) {
    /**
     * The page that a query asks for.
     *
     * @param after exclusive lower bound; with it the first {@code limit} seqs above
     * @param before exclusive upper bound; without {@code after} the last {@code limit} seqs below it, and the latest
     *     with neither
     */
    public static Range of(@Nullable Long after, @Nullable Long before, int limit, long lastSeq) {
        long low = after == null ? 1 : Math.max(1, saturatedNext(after));
        long high = before == null ? lastSeq : Math.min(lastSeq, Math.max(before, 1) - 1);
        // with a lower bound from there upwards, else the last ones
        return after == null
                ? new Range(Math.max(low, high - limit + 1), high)
                : new Range(low, Math.min(high, low + limit - 1));
    }

    boolean isEmpty() {
        return first > last;
    }

    private static long saturatedNext(long seq) {
        return seq == Long.MAX_VALUE ? seq : seq + 1;
    }
}
