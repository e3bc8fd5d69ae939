package io.ovation.security;

import java.text.ParseException;
import java.time.Duration;
import java.util.Map;

import com.nimbusds.jwt.SignedJWT;
import io.ovation.Unavailable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Verifies tokens for every transport: who has signed them, then what they say. Immutable; never blocks. */
public final class TokenVerifier {
    private static final Logger log = LoggerFactory.getLogger(TokenVerifier.class);

    /** The contract's ten seconds are for all of a request. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private final Trust usual;
    private final @Nullable Trust development;
    private final SignOuts signOuts;

    /** Tokens that are taken, by who signs them and what they have to say. */
    record Trust(Signers signers, TokenClaims claims) {}

    /**
     * @param development for tokens that name {@link TokenIssuer#ISSUER}; null where those are as good as forged ones
     */
    TokenVerifier(Trust usual, @Nullable Trust development) {
        this(usual, development, SignOuts.none());
    }

    TokenVerifier(Trust usual, @Nullable Trust development, SignOuts signOuts) {
        this.usual = usual;
        this.development = development;
        this.signOuts = signOuts;
    }

    /** Whether a token that was verified before counts no more: its user was signed out, or its key is taken out. */
    public boolean hasEnded(VerifiedToken token) {
        Signer signer = token.signer();
        return signOuts.haveEnded(token) || signer != null && !usual.signers().count(signer);
    }

    /**
     * Verifies a token. Fails with {@link Unauthenticated} when it is not valid, and with {@link Unavailable} when
     * whether it is cannot be known now.
     */
    public Mono<VerifiedToken> verify(String token) {
        return Mono.defer(() -> {
            SignedJWT parsed;
            Map<String, Object> claims;
            try {
                parsed = SignedJWT.parse(token);
                claims = parsed.getPayload().toJSONObject();
            } catch (ParseException | IllegalArgumentException none) {
                return Mono.error(refused("it cannot be read"));
            }
            if (claims == null) {
                return Mono.error(refused("its claims cannot be read"));
            }
            Trust trust = development != null && TokenIssuer.ISSUER.equals(claims.get("iss")) ? development : usual;
            return trust.signers()
                    .signer(parsed)
                    .timeout(PATIENCE, Mono.error(() -> unavailable("who has signed takes too long to find out")))
                    .switchIfEmpty(Mono.error(() -> refused("nobody has signed it whose signature counts")))
                    .map(signer -> {
                        VerifiedToken verified = trust.claims().check(claims);
                        return trust == usual ? verified.signedBy(signer) : verified;
                    })
                    .flatMap(signOuts::check);
        });
    }

    static Unavailable unavailable(String why) {
        log.warn("No token can be verified: {}", why);
        return new Unavailable("Tokens cannot be verified now", 1);
    }

    private static Unauthenticated refused(String why) {
        log.debug("A token is refused: {}", why);
        return Unauthenticated.badToken();
    }
}
