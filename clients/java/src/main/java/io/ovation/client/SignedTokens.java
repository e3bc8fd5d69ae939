package io.ovation.client;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Tokens signed here, HS256, with the secret that the server knows too. */
public final class SignedTokens implements Tokens {
    /** RFC 7518, section 3.2: a key at least as long as the hash. */
    private static final int MIN_SECRET_BYTES = 32;

    private final JsonMapper json = new JsonMapper();
    private final SecretKeySpec key;
    private final Duration life;
    private final Clock clock;

    private final List<String> roles;

    /** Throws {@link IllegalArgumentException} for a secret of less than 32 bytes. */
    public SignedTokens(String secret, Duration life, Clock clock) {
        this(secret, life, clock, List.of());
    }

    /**
     * Throws {@link IllegalArgumentException} for a secret of less than 32 bytes.
     *
     * @param roles those of every token, such as {@code analyst}
     */
    public SignedTokens(String secret, Duration life, Clock clock, List<String> roles) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < MIN_SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "The token secret has " + bytes.length + " bytes, and needs at least " + MIN_SECRET_BYTES);
        }
        this.key = new SecretKeySpec(bytes, "HmacSHA256");
        this.life = life;
        this.clock = clock;
        this.roles = List.copyOf(roles);
    }

    @Override
    public Mono<String> of(String user) {
        return Mono.fromCallable(() -> sign(user));
    }

    private String sign(String user) throws GeneralSecurityException {
        long now = clock.instant().getEpochSecond();
        String signed = part(Map.of("alg", "HS256", "typ", "JWT")) + "."
                + part(Map.of("sub", user, "roles", roles, "iat", now, "exp", now + life.toSeconds()));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(key);
        return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    private String part(Map<String, ?> claims) {
        return base64(json.writeValueAsBytes(claims));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
