package io.ovation.acceptance;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import tools.jackson.databind.node.ObjectNode;

/** Tokens as a company's own identity service would sign them, and others that no one should accept. */
final class Tokens {
    /** The secret that every server of these tests is given. */
    static final String SECRET = "a secret of the acceptance tests, long enough for HS256";

    private Tokens() {}

    static String of(String user, String... roles) {
        return lasting(Duration.ofHours(1), user, roles);
    }

    static String lasting(Duration time, String user, String... roles) {
        ObjectNode claims = claims(user, time);
        if (roles.length > 0) {
            claims.set("roles", Json.object("roles", List.of(roles)).get("roles"));
        }
        return signed(claims, SECRET);
    }

    static ObjectNode claims(String user, Duration time) {
        return Json.object("sub", user, "exp", Instant.now().plus(time).getEpochSecond());
    }

    static String signed(ObjectNode claims, String secret) {
        String content = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + encode(claims.toString());
        return content + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(hmac(content, secret));
    }

    static String unsigned(ObjectNode claims) {
        return encode("{\"alg\":\"none\"}") + "." + encode(claims.toString()) + ".";
    }

    private static String encode(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] hmac(String content, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(content.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
