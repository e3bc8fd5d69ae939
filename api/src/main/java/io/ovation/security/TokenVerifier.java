package io.ovation.security;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.crypto.SecretKey;

import io.ovation.Caller;
import io.ovation.Unavailable;
import io.ovation.operation.UserId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import reactor.core.publisher.Mono;

/**
 * Verifies tokens for every transport: HS256 by a shared secret, or RS256 and ES256 by a key set. Thread-safe; never
 * blocks.
 */
public final class TokenVerifier {
    private static final Logger log = LoggerFactory.getLogger(TokenVerifier.class);
    private static final String ADMIN = "admin";
    private static final String ANALYST = "analyst";

    private final ReactiveJwtDecoder decoder;
    private final int longestUser;

    private TokenVerifier(NimbusReactiveJwtDecoder decoder, TokenSettings settings, int longestUser) {
        decoder.setJwtValidator(validator(settings));
        this.decoder = decoder;
        this.longestUser = longestUser;
    }

    static TokenVerifier sharedSecret(SecretKey key, TokenSettings settings, int longestUser) {
        return new TokenVerifier(
                NimbusReactiveJwtDecoder.withSecretKey(key)
                        .macAlgorithm(MacAlgorithm.HS256)
                        .validateType(false)
                        .build(),
                settings,
                longestUser);
    }

    static TokenVerifier keySet(String jwksUri, TokenSettings settings, int longestUser) {
        return new TokenVerifier(
                NimbusReactiveJwtDecoder.withJwkSetUri(jwksUri)
                        .jwsAlgorithms(algorithms ->
                                algorithms.addAll(Set.of(SignatureAlgorithm.RS256, SignatureAlgorithm.ES256)))
                        .validateType(false)
                        .build(),
                settings,
                longestUser);
    }

    /**
     * Verifies a token. Fails with {@link Unauthenticated} when it is not valid, and with {@link Unavailable} when the
     * key set cannot be had.
     */
    public Mono<VerifiedToken> verify(String token) {
        return Mono.defer(() -> decoder.decode(token)).map(this::verified).onErrorMap(TokenVerifier::rejection);
    }

    private static Throwable rejection(Throwable failure) {
        if (failure instanceof BadJwtException bad) {
            log.debug("Token refused: {}", bad.getMessage());
            return Unauthenticated.badToken();
        }
        log.warn("No token can be verified: {}", failure.toString());
        return new Unavailable("Tokens cannot be verified now", 1);
    }

    private static OAuth2TokenValidator<Jwt> validator(TokenSettings settings) {
        List<OAuth2TokenValidator<Jwt>> validators = new ArrayList<>();
        JwtTimestampValidator timestamps = new JwtTimestampValidator(settings.clockSkew());
        timestamps.setAllowEmptyExpiryClaim(false);
        validators.add(timestamps);
        if (settings.issuer() != null) {
            validators.add(new JwtIssuerValidator(settings.issuer()));
        }
        if (settings.audience() != null) {
            validators.add(new JwtAudienceValidator(settings.audience()));
        }
        return new DelegatingOAuth2TokenValidator<>(validators);
    }

    private VerifiedToken verified(Jwt jwt) {
        String user = jwt.getSubject();
        Instant expiresAt = jwt.getExpiresAt();
        if (user == null || !UserId.isValid(user, longestUser)) {
            throw new BadJwtException("sub is no user id");
        }
        if (expiresAt == null) {
            throw new BadJwtException("exp is missing");
        }
        if (jwt.hasClaim("name") && !(jwt.getClaims().get("name") instanceof String)) {
            throw new BadJwtException("name is no text");
        }
        Set<String> roles = roles(jwt.getClaims().get("roles"));
        return new VerifiedToken(new Caller(user, roles.contains(ADMIN), roles.contains(ANALYST)), roles, expiresAt);
    }

    private static Set<String> roles(@Nullable Object claim) {
        if (claim == null) {
            return Set.of();
        }
        if (!(claim instanceof Collection<?> items)) {
            throw new BadJwtException("roles is no list");
        }
        Set<String> roles = new HashSet<>();
        for (Object item : items) {
            if (!(item instanceof String role)) {
                throw new BadJwtException("roles is no list of texts");
            }
            roles.add(role);
        }
        return roles;
    }
}
