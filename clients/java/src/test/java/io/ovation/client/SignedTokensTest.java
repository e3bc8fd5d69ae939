package io.ovation.client;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SignedTokensTest {
    private static final String SECRET = "a secret of at least 32 bytes, so";
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC);

    @Test
    void aTokenNamesItsUserEndsAndIsSigned() throws Exception {
        String token = new SignedTokens(SECRET, Duration.ofMinutes(5), CLOCK)
                .of("Zoë \"Z\"")
                .blockOptional()
                .orElseThrow();

        String[] parts = token.split("\\.");
        JsonNode claims = new JsonMapper().readTree(Base64.getUrlDecoder().decode(parts[1]));
        assertThat(claims.path("sub").asString()).isEqualTo("Zoë \"Z\"");
        assertThat(claims.path("exp").asLong()).isEqualTo(1_700_000_300);
        assertThat(new JsonMapper()
                        .readTree(Base64.getUrlDecoder().decode(parts[0]))
                        .path("alg")
                        .asString())
                .isEqualTo("HS256");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] expected = mac.doFinal((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
        assertThat(MessageDigest.isEqual(expected, Base64.getUrlDecoder().decode(parts[2])))
                .isTrue();
    }

    @Test
    void aShortSecretIsRefused() {
        assertThatThrownBy(() -> new SignedTokens("short", Duration.ofMinutes(5), CLOCK))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 32");
    }
}
