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

    /** What a {@link CombinedCursor} says of a topic that is not in it: its stream starts live. */
    static final Place LIVE = new Place(Long.MAX_VALUE, "");

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
        this.hash = hash(topic);
    }

    /** By what a topic is known in a cursor. */
    static int hash(Topic topic) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((topic.context() + '\n' + topic.id()).getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getInt();
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

    /**
     * The place of a cursor; null for what is no cursor of this topic, and {@link #LIVE} for one of many watches that
     * says nothing of it.
     */
    @Nullable
    Place place(String cursor) {
        CombinedCursor combined = CombinedCursor.parse(cursor);
        if (combined != null) {
            Place place = combined.place(hash);
            return place == null ? LIVE : place;
        }
        Single single = single(cursor);
        return single != null && single.hash() == hash ? single.place() : null;
    }

    /** A cursor of one topic, taken apart. */
    record Single(int hash, Place place) {}

    /** What a cursor of one topic says; null for what is none. */
    static @Nullable Single single(String cursor) {
        byte[] bytes = bytes(cursor);
        if (bytes.length != BYTES) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long sequence = buffer.getLong();
        int hash = buffer.getInt();
        return sequence < -1
                ? null
                : new Single(hash, new Place(sequence, HexFormat.of().toHexDigits(buffer.getLong())));
    }

    /** The bytes that a text stands for; none for what stands for none. */
    static byte[] bytes(String cursor) {
        try {
            return DECODER.decode(cursor);
        } catch (IllegalArgumentException garbage) {
            return new byte[0];
        }
    }

    static String text(byte[] bytes) {
        return ENCODER.encodeToString(bytes);
    }

    /** Whether a place is of the log as it is now, so that nobody has to be asked. */
    boolean isOfThisLog(Place place) {
        return place.log().equals(log.current());
    }
}
