package io.ovation.cluster;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

/** Shows that a message is of somebody who knows the cluster's secret: HMAC-SHA-256 before it. For any thread. */
final class Seal {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int LENGTH = 32;

    private final SecretKeySpec key;

    Seal(String secret) {
        this.key = new SecretKeySpec(("ovation cluster seal " + secret).getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    byte[] sealed(byte[] message) {
        byte[] sealed = Arrays.copyOf(mac(message, 0, message.length), LENGTH + message.length);
        System.arraycopy(message, 0, sealed, LENGTH, message.length);
        return sealed;
    }

    /** What was sealed; null where it was not, or by another secret. */
    byte @Nullable [] opened(byte[] bytes, int offset, int length) {
        if (length < LENGTH) {
            return null;
        }
        byte[] seal = Arrays.copyOfRange(bytes, offset, offset + LENGTH);
        return MessageDigest.isEqual(seal, mac(bytes, offset + LENGTH, length - LENGTH))
                ? Arrays.copyOfRange(bytes, offset + LENGTH, offset + length)
                : null;
    }

    private byte[] mac(byte[] bytes, int offset, int length) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(bytes, offset, length);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has " + ALGORITHM, e);
        }
    }
}
