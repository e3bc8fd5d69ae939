package io.ovation;

/**
 * Who asks: the subject of a verified token.
 *
 * @param user the token's {@code sub}, 1 to 200 characters
 * @param admin whether the token carries the role {@code admin}, which may do what an owner may, everywhere
 * @param analyst whether the token carries the role {@code analyst}, which may read the whole log; {@code admin} alone
 *     may not
 */
public record Caller(String user, boolean admin, boolean analyst) {
    /** A caller who is no analyst. */
    public Caller(String user, boolean admin) {
        this(user, admin, false);
    }
}
