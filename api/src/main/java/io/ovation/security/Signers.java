package io.ovation.security;

import com.nimbusds.jwt.SignedJWT;
import io.ovation.Unavailable;
import reactor.core.publisher.Mono;

/** Whose signatures count. Implementations are thread-safe and never block. */
interface Signers {
    /**
     * The one of them that has signed the token, and none where nobody of them has; fails with {@link Unavailable} when
     * that cannot be known now.
     */
    Mono<Signer> signer(SignedJWT token);

    /** Whether a signature of one that was told before still counts. */
    default boolean count(Signer signer) {
        return true;
    }
}
