package io.ovation.edge;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;

/** Tokens as somebody else would sign them. */
public final class TestTokens {
    public static final String SECRET = "a secret for tests that has its 32 bytes";

    private TestTokens() {}

    /** A good token for an hour. */
    public static String of(String user, String... roles) {
        return signed(claims(user).claim("roles", List.of(roles)).build(), SECRET, JWSAlgorithm.HS256);
    }

    public static JWTClaimsSet.Builder claims(String user) {
        return new JWTClaimsSet.Builder()
                .subject(user)
                .expirationTime(Date.from(Instant.now().plus(Duration.ofHours(1))));
    }

    public static String signed(JWTClaimsSet claims, String secret, JWSAlgorithm algorithm) {
        try {
            SignedJWT token = new SignedJWT(new JWSHeader(algorithm), claims);
            token.sign(new MACSigner(secret.getBytes(StandardCharsets.UTF_8)));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
