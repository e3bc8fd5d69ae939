package io.ovation.security;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

import io.ovation.Caller;
import org.jspecify.annotations.Nullable;

/**
 * What a token says, once its signature and claims are verified.
 *
 * <p>On HTTP it is the exchange attribute {@link #ATTRIBUTE} of every request that carried a valid token, also of a
 * {@code ServerRequest}.
 *
 * @param roles those of the contract that it names
 * @param may what it adds for its user to what everybody may, such as {@code publish}
 * @param expiresAt when everything that was opened with the token begins to end
 * @param validUntil until when a request with the token is taken: its {@code exp}, and as much as clocks may differ
 * @param issuedAt its {@code iat}; null where it has none
 * @param signer the key that it is signed with, where such may be exchanged; else null
 */
public record VerifiedToken(
        Caller caller,
        Set<String> roles,
        Set<String> may,
        Instant expiresAt,
        Instant validUntil,
        @Nullable Instant issuedAt,
        @Nullable Signer signer) {
    /** The name of the exchange attribute. */
    public static final String ATTRIBUTE = "io.ovation.security.VerifiedToken";

    /**
     * What a stream takes to end: a timer's period, and the time in which its last frame has to be in the socket. It is
     * taken from the clock's tolerance, so that with that of the contract all has ended within five seconds of
     * {@code exp}.
     */
    private static final Duration END = Duration.ofSeconds(3);

    /** A timer counts nanoseconds, which are too many for a {@code long} after 292 years. */
    private static final Duration LONGEST_TIMER = Duration.ofDays(36_500);

    public VerifiedToken {
        roles = Set.copyOf(roles);
        may = Set.copyOf(may);
    }

    static VerifiedToken of(
            Caller caller, Set<String> roles, Set<String> may, Instant exp, Duration skew, @Nullable Instant issuedAt) {
        Duration rest = skew.minus(END);
        return new VerifiedToken(
                caller, roles, may, rest.isNegative() ? exp : exp.plus(rest), exp.plus(skew), issuedAt, null);
    }

    VerifiedToken signedBy(Signer key) {
        return new VerifiedToken(caller, roles, may, expiresAt, validUntil, issuedAt, key);
    }

    /** For how long what is opened with the token then may go on: never negative, nor more than a timer takes. */
    public Duration lasts(Instant now) {
        Duration left = Duration.between(now, expiresAt);
        return left.isNegative() ? Duration.ZERO : left.compareTo(LONGEST_TIMER) > 0 ? LONGEST_TIMER : left;
    }
}
