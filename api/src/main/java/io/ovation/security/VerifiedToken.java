package io.ovation.security;

import java.time.Instant;
import java.util.Set;

import io.ovation.Caller;

/**
 * What a token says, once its signature and claims are verified.
 *
 * <p>On HTTP it is the exchange attribute {@link #ATTRIBUTE} of every request that carried a valid token, also of a
 * {@code ServerRequest}.
 *
 * @param expiresAt when everything that was opened with the token ends
 */
public record VerifiedToken(Caller caller, Set<String> roles, Instant expiresAt) {
    /** The name of the exchange attribute. */
    public static final String ATTRIBUTE = "io.ovation.security.VerifiedToken";

    public VerifiedToken {
        roles = Set.copyOf(roles);
    }
}
