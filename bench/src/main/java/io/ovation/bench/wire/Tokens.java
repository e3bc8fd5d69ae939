package io.ovation.bench.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs the bearer tokens of the generator's users, HS256. */
public final class Tokens {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final SecretKeySpec key;
    private final String head = BASE64.encodeToString(Encoding.utf8("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"));
    private final long expiry = Instant.now().plus(1, ChronoUnit.DAYS).getEpochSecond();

    /** @param secret what the server has as {@code OVATION_JWT_SECRET} */
    public Tokens(String secret) {
        key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }

    /** A token for the user, good for a day. */
    public String of(String user) {
        return signed("{\"sub\":\"" + user + "\",\"exp\":" + expiry + "}");
    }

    /** A token for an analyst, good for a day. */
    public String analyst(String user) {
        return signed("{\"sub\":\"" + user + "\",\"roles\":[\"analyst\"],\"exp\":" + expiry + "}");
    }

    private String signed(String claims) {
        String signed = head + '.' + BASE64.encodeToString(Encoding.utf8(claims));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return signed + '.' + BASE64.encodeToString(mac.doFinal(Encoding.utf8(signed)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
