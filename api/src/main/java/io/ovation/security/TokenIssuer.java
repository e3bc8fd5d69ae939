package io.ovation.security;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.crypto.SecretKey;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;

/** Signs tokens with the shared secret: for development, where nobody else does. */
public final class TokenIssuer {
    private final JWSSigner signer;
    private final Clock clock;

    TokenIssuer(SecretKey key, Clock clock) throws JOSEException {
        this.signer = new MACSigner(key);
        this.clock = clock;
    }

    /** A token for the user with these roles, good for this long from now. */
    public String issue(String user, List<String> roles, Duration life) {
        Instant now = clock.instant();
        var claims = new JWTClaimsSet.Builder()
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
}
