package io.ovation.security;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import javax.crypto.SecretKey;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;

/**
 * Signs tokens for development, with a key that is used for nothing else and an issuer of their own: a server that
 * gives none takes none, whatever else it trusts. Immutable.
 */
public final class TokenIssuer {
    /** The claim {@code iss} of tokens for development. */
    static final String ISSUER = "urn:ovation:development";

    private final SecretKey key;
    private final JWSSigner signer;
    private final Clock clock;

    TokenIssuer(SecretKey key, Clock clock) throws JOSEException {
        this.key = key;
        this.signer = new MACSigner(key);
        this.clock = clock;
    }

    /** A token for the user with these roles, good for this long from now. */
    public String issue(String user, List<String> roles, Duration life) {
        Instant now = clock.instant();
        var claims = new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .subject(user)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(life)));
        if (!roles.isEmpty()) {
            claims.claim("roles", roles);
        }
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims.build());
        try {
            token.sign(signer);
        } catch (JOSEException impossible) {
            throw new IllegalStateException("HS256 is not there", impossible);
        }
        return token.serialize();
    }

    /** Those who sign such tokens. */
    Signers signers() {
        return new SharedSecrets(key, Map.of());
    }
}
