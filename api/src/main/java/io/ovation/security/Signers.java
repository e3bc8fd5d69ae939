package io.ovation.security;

import com.nimbusds.jwt.SignedJWT;
import io.ovation.Unavailable;
import reactor.core.publisher.Mono;

/** Whose signatures count. Implementations are thread-safe and never block. */
interface Signers {
    /**
     * Whether one of them has signed the token; fails with {@link Unavailable} when that cannot be known now.
     */
    Mono<Boolean> haveSigned(SignedJWT token);

    /** Whether the key with that id counted once and counts no more. */
    default boolean haveRetired(String kid) {
        return false;
    }
}
