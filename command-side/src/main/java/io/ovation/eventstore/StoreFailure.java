package io.ovation.eventstore;

import java.sql.SQLException;
import java.util.Set;

/** What a failed statement says about what it would have written. */
enum StoreFailure {
    /** The server refused these rows: bad data (22), a constraint (23), too much of it (54), or a fault inside. */
    REFUSED,

    /** There is no room on the disk, or in memory (53): the statement has been undone, and it passes. */
    NO_ROOM,

    /** The statement was cancelled, since it took too long or waited too long for a lock: it has been undone. */
    TOO_SLOW,

    /** The connection (08), the server going away (57) or anything else: nobody knows whether it was written. */
    UNKNOWN;

    private static final Set<String> REFUSALS = Set.of("22", "23", "54", "58", "XX");
    private static final Set<String> CANCELLED = Set.of("57014", "55P03");

    static StoreFailure of(SQLException e) {
        String state = e.getSQLState();
        if (state == null || state.length() != 5) {
            return UNKNOWN;
        }
        if (CANCELLED.contains(state)) {
            return TOO_SLOW;
        }
        String kind = state.substring(0, 2);
        return kind.equals("53") ? NO_ROOM : REFUSALS.contains(kind) ? REFUSED : UNKNOWN;
    }
}
