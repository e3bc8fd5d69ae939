package io.ovation;

import java.util.Set;

/**
 * Who asks: the subject of a verified token.
 *
 * @param user the token's {@code sub}, 1 to 200 characters
 * @param admin whether the token carries the role {@code admin}, which may do what an owner may, everywhere, and read
 *     the whole log
 * @param analyst whether the token carries the role {@code analyst}, which may read the whole log
 * @param may what the token adds for its user to what everybody may, such as {@code publish}
 */
public record Caller(String user, boolean admin, boolean analyst, Set<String> may) {
    /** The metadata key of a command that a user sends: the user, with whom all others share the places fairly. */
    public static final String METADATA = "user";

    /**
     * The metadata key of what was asked for with an admin's token, and of the events that come of it: the admin. Who
     * looks for what admins did looks for it.
     */
    public static final String ADMIN_METADATA = "admin";

    public Caller {
        may = Set.copyOf(may);
    }

    /** A caller whose token adds nothing. */
    public Caller(String user, boolean admin, boolean analyst) {
        this(user, admin, analyst, Set.of());
    }

    /** A caller who is no analyst. */
    public Caller(String user, boolean admin) {
        this(user, admin, false);
    }

    /** Whether the whole log may be read: by an analyst and by an admin. */
    public boolean mayReadEvents() {
        return admin || analyst;
    }
}
