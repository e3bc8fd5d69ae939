package io.ovation.client;

import org.jspecify.annotations.Nullable;

/**
 * A part of what is numbered 1, 2, 3 …; without bounds, the latest.
 *
 * @param after exclusive
 * @param before exclusive
 * @param limit at most 200; 50 where it is null
 */
public record Page(
        @Nullable Long after,
        @Nullable Long before,
        @Nullable Integer limit) {
    /** The latest. */
    public static Page latest() {
        return new Page(null, null, null);
    }

    /** What follows a number. */
    public static Page after(long seq) {
        return new Page(seq, null, null);
    }

    /** What precedes a number. */
    public static Page before(long seq) {
        return new Page(null, seq, null);
    }

    /** The same, of at most so many. */
    public Page limit(int most) {
        return new Page(after, before, most);
    }

    Fields fields() {
        return Fields.of("after", after).and("before", before).and("limit", limit);
    }
}
