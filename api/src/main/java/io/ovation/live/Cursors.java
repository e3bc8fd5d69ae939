package io.ovation.live;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

/**
 * The cursors of one topic: a sequence, a hash of the topic, so that another topic's cursor is recognised, and the id
 * of the log, so that one of another log is. The same on every node and after a restart. It never changes, so any
 * thread may use it.
 */
final class Cursors {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
    private static final int BYTES = Long.BYTES + Integer.BYTES + Long.BYTES;

    private final LogIdentity log;
    private final int hash;

    /**
     * What a cursor says.
     *
     * @param log the id that the log had when it was given
     */
    record Place(long sequence, String log) {}

    Cursors(Topic topic, LogIdentity log) {
        this.log = log;
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((topic.context() + '\n' + topic.id()).getBytes(StandardCharsets.UTF_8));
            this.hash = ByteBuffer.wrap(digest).getInt();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has SHA-256", impossible);
        }
    }

    String of(long sequence) {
        return ENCODER.encodeToString(ByteBuffer.allocate(BYTES)
                .putLong(sequence)
                .putInt(hash)
                .putLong(HexFormat.fromHexDigitsToLong(log.current()))
                .array());
    }

    /** The place of a cursor; null for what is no cursor of this topic. */
    @Nullable
    Place place(String cursor) {
        byte[] bytes;
        try {
            bytes = DECODER.decode(cursor);
        } catch (IllegalArgumentException garbage) {
            return null;
        }
        if (bytes.length != BYTES) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long sequence = buffer.getLong();
        return sequence >= -1 && buffer.getInt() == hash
                ? new Place(sequence, HexFormat.of().toHexDigits(buffer.getLong()))
                : null;
    }

    /** Whether a place is of the log as it is now, so that nobody has to be asked. */
    boolean isOfThisLog(Place place) {
        return place.log().equals(log.current());
    }
}
