package io.ovation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * UUIDs made from names, version 8 of RFC 9562: SHA-256, cut to 128 bits. Not {@link UUID#nameUUIDFromBytes}: that is
 * MD5, for which two names with one id can be made.
 */
public final class NameBasedId {
    private NameBasedId() {}

    /** The id of a name: always the same for the same parts, and another one for others. */
    public static String of(String purpose, String... parts) {
        StringBuilder name = new StringBuilder(purpose);
        for (String part : parts) {
            // the length parts the names, so that no two lists of parts are written alike
            name.append(':').append(part.length()).append(':').append(part);
        }
        ByteBuffer digest = ByteBuffer.wrap(sha256(name.toString()));
        long high = digest.getLong() & 0xFFFF_FFFF_FFFF_0FFFL | 0x8000L;
        long low = digest.getLong() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }

    /**
     * Like {@link #of}, with the purpose before it, so that it is no UUID: no client can have chosen it as the id of
     * something else.
     */
    public static String reserved(String purpose, String... parts) {
        return purpose + ':' + of(purpose, parts);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
