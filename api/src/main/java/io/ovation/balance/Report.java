package io.ovation.balance;

import java.nio.ByteBuffer;

import org.jspecify.annotations.Nullable;

/**
 * What a node tells the others of its connections.
 *
 * @param held connections and SSE streams that it holds, without those that it has asked to leave
 * @param away those that it has asked so lately that the others may not have counted them yet
 * @param taking whether a balancer gives it new ones
 * @param asked hashes of the users whom it has asked lately
 */
record Report(int held, int away, boolean taking, long... asked) {
    private static final int FIXED = 2 * Integer.BYTES + 1;

    byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(FIXED + asked.length * Long.BYTES);
        bytes.putInt(held).putInt(away).put((byte) (taking ? 1 : 0));
        for (long each : asked) {
            bytes.putLong(each);
        }
        return bytes.array();
    }

    /** What another node has told; null for what is none, as of a version to come. */
    static @Nullable Report of(byte[] message) {
        if (message.length < FIXED || (message.length - FIXED) % Long.BYTES != 0) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.wrap(message);
        int held = bytes.getInt();
        int away = bytes.getInt();
        boolean taking = bytes.get() == 1;
        long[] asked = new long[bytes.remaining() / Long.BYTES];
        bytes.asLongBuffer().get(asked);
        return held < 0 || away < 0 ? null : new Report(held, away, taking, asked);
    }
}
