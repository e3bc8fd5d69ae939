package io.ovation.security;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Until when the tokens of users were issued that count no more. A token without {@code iat} could be of any time, and
 * counts no more once its user was signed out. Safe for any number of threads; never blocks.
 */
public final class SignOuts {
    /** The contract's ten seconds are for all of a request. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private final Map<String, Instant> latest = new ConcurrentHashMap<>();
    private final Sinks.Empty<Void> known = Sinks.empty();
    private volatile boolean isKnown;

    /** A user was signed out. */
    public void add(String user, Instant at) {
        latest.merge(user, at, (one, other) -> one.isAfter(other) ? one : other);
    }

    /** All sign-outs of the log are here; until then no token is taken. */
    public void known() {
        isKnown = true;
        known.tryEmitEmpty();
    }

    /** Whether the token counts no more. */
    public boolean haveEnded(VerifiedToken token) {
        Instant at = latest.get(token.caller().user());
        Instant issued = token.issuedAt();
        return at != null && (issued == null || !issued.isAfter(at));
    }

    /** The token, if it counts; fails with {@link Unauthenticated} where it does not. */
    Mono<VerifiedToken> check(VerifiedToken token) {
        return isKnown
                ? checkNow(token)
                : known.asMono()
                        .timeout(PATIENCE, Mono.error(() -> TokenVerifier.unavailable("the log cannot be read")))
                        .then(Mono.defer(() -> checkNow(token)));
    }

    private Mono<VerifiedToken> checkNow(VerifiedToken token) {
        return haveEnded(token) ? Mono.error(Unauthenticated.signedOut()) : Mono.just(token);
    }

    /** For a server that has no log. */
    static SignOuts none() {
        SignOuts none = new SignOuts();
        none.known();
        return none;
    }
}
