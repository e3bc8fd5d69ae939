package io.ovation.security;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who signs tokens.
 *
 * @param jwtSecret the secret that HS256 tokens are signed with, at least 32 bytes of UTF-8. Without any secret, and
 *     without a JWKS address, one is made at the first start and kept in the data directory.
 * @param jwtSecrets further secrets, each under the kid of the tokens that it signs, as in
 *     ovation.security.jwt-secrets.2026=SECRET: so one takes the place of another while tokens of both are about
 * @param jwtSecretsDirectory a directory of such secrets, a file each, whose name is the kid. It is read again every
 *     5 s: a file that is put there counts, and the tokens of one that is taken out count no more. Without jwt-secret
 *     every token then needs a kid.
 * @param jwksUri the address of the JSON Web Key Set of whoever signs tokens, RS256 or ES256: https, or http on this
 *     machine. It needs an audience. With it, HS256 tokens are refused.
 * @param issuer what the claim iss of every token must be; any without it
 * @param audience what the claim aud of every token must name; any without it, and required with a JWKS address
 * @param clockSkew how far the clock of whoever signs tokens may differ from this one: so long before its nbf and after
 *     its exp a token is taken, at every door
 * @param devTokens whether POST /api/dev/tokens gives a token for any user to whoever asks from this machine; in the
 *     profile standalone only
 * @param openMetrics whether /actuator/prometheus answers on this machine without a token; true in the profile
 *     standalone
 */
@ConfigurationProperties("ovation.security")
public record TokenSettings(
        @Nullable String jwtSecret,
        @DefaultValue Map<String, String> jwtSecrets,
        @Nullable Path jwtSecretsDirectory,
        @Nullable URI jwksUri,
        @Nullable String issuer,
        @Nullable String audience,
        @DefaultValue("5s") Duration clockSkew,
        @DefaultValue("true") boolean devTokens,
        @DefaultValue("false") boolean openMetrics) {
    private static final Duration MOST_SKEW = Duration.ofHours(1);

    public TokenSettings {
        jwtSecrets = Map.copyOf(jwtSecrets);
        if (clockSkew.isNegative() || clockSkew.compareTo(MOST_SKEW) > 0) {
            throw new IllegalArgumentException("ovation.security.clock-skew must be between 0s and 1h");
        }
        if (jwksUri != null) {
            if (!isSafe(jwksUri)) {
                throw new IllegalArgumentException("ovation.security.jwks-uri: '" + jwksUri
                        + "' must be an address with https, or with http on this machine");
            }
            if (audience == null || audience.isBlank()) {
                throw new IllegalArgumentException("ovation.security.audience is required with a JWKS address: without"
                        + " it a token that was made for another service would be taken here");
            }
        }
    }

    /** Whoever could change what comes from there could sign any token. */
    private static boolean isSafe(URI address) {
        String host = address.getHost();
        return host != null
                && ("https".equalsIgnoreCase(address.getScheme())
                        || "http".equalsIgnoreCase(address.getScheme()) && isLoopback(host));
    }

    private static boolean isLoopback(String host) {
        try {
            return host.equalsIgnoreCase("localhost")
                    || InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException name) {
            return false;
        }
    }
}
