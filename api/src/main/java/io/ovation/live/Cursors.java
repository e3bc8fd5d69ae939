package io.ovation.live;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.OptionalLong;

/**
 * The cursors of one topic: a sequence and a hash of the topic, so that another topic's cursor is recognised. The same
 * on every node and after a restart.
 */
final class Cursors {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
    private static final int BYTES = Long.BYTES + Integer.BYTES;

    private final int hash;

    Cursors(Topic topic) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((topic.context() + '\n' + topic.id()).getBytes(StandardCharsets.UTF_8));
            this.hash = ByteBuffer.wrap(digest).getInt();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has SHA-256", impossible);
        }
    }

    String of(long sequence) {
        return ENCODER.encodeToString(
                ByteBuffer.allocate(BYTES).putLong(sequence).putInt(hash).array());
    }

    /** The sequence of a cursor; empty for what is no cursor of this topic. */
    OptionalLong sequence(String cursor) {
        byte[] bytes;
        try {
            bytes = DECODER.decode(cursor);
        } catch (IllegalArgumentException garbage) {
            return OptionalLong.empty();
        }
        if (bytes.length != BYTES) {
            return OptionalLong.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long sequence = buffer.getLong();
        return sequence >= -1 && buffer.getInt() == hash ? OptionalLong.of(sequence) : OptionalLong.empty();
    }
}
