package io.ovation.security;

import java.net.URI;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who signs tokens.
 *
 * @param jwtSecret the secret that HS256 tokens are signed with, at least 32 bytes of UTF-8. Without it, and without a
 *     JWKS address, a secret is made at the first start and kept in the data directory.
 * @param jwksUri the address of the JSON Web Key Set of whoever signs tokens, RS256 or ES256. With it, HS256 tokens are
 *     refused.
 * @param issuer what the claim iss of every token must be; any without it
 * @param audience what the claim aud of every token must name; any without it
 * @param clockSkew how long after its exp a token is still taken, where clocks differ
 * @param devTokens whether POST /api/dev/tokens gives a token for any user to whoever asks from this machine; in the
 *     profile standalone only
 */
@ConfigurationProperties("ovation.security")
public record TokenSettings(
        @Nullable String jwtSecret,
        @Nullable URI jwksUri,
        @Nullable String issuer,
        @Nullable String audience,
        @DefaultValue("0s") Duration clockSkew,
        @DefaultValue("true") boolean devTokens) {}
