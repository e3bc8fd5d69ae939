package io.ovation.operation;

import org.jspecify.annotations.Nullable;

/**
 * The fields of a page of people, in the order of their ids. Immutable.
 *
 * @param limit how many
 * @param after the person behind whom the page begins
 */
public record PeoplePage(@Nullable Long limit, @Nullable String after) {
    /** The page as it is answered: a number of rows, and the person behind whom they begin. */
    public record Checked(int limit, @Nullable String after) {}

    /**
     * Throws {@link io.ovation.ValidationFailed} where a field is not as it should be.
     *
     * @param longestUser code points that the id of a person may have
     */
    public Checked checked(int longestUser) {
        Checks checks = new Checks();
        if (after != null) {
            checks.user("after", after, longestUser);
        }
        int rows = checks.limit(limit);
        checks.done();
        return new Checked(rows, after);
    }
}
