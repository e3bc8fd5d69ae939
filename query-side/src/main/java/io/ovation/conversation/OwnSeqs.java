package io.ovation.conversation;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.LongStream;

import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;

/**
 * The seqs of the latest messages that a member sent, oldest first: eight bytes each, in one value of the document,
 * since it is written with every message. The number of those above a read mark is nearly always known from them.
 *
 * @param packed the bytes, not to be changed
 */
record OwnSeqs(byte[] packed) {
    private static final OwnSeqs NONE = new OwnSeqs(new byte[0]);
    private static final int MOST = 32;

    /** As the document has it; null for none. */
    static OwnSeqs of(@Nullable Binary stored) {
        return stored == null ? NONE : new OwnSeqs(stored.getData());
    }

    /** With one more, which is above them all, and without the oldest where there is no room for it. */
    Binary with(long seq) {
        byte[] before = size() < MOST ? packed : Arrays.copyOfRange(packed, Long.BYTES, packed.length);
        byte[] after = Arrays.copyOf(before, before.length + Long.BYTES);
        ByteBuffer.wrap(after).putLong(before.length, seq);
        return new Binary(after);
    }

    int size() {
        return packed.length / Long.BYTES;
    }

    /** The oldest; there must be one. */
    long first() {
        return ByteBuffer.wrap(packed).getLong();
    }

    /** How many are above one seq and not above another. */
    long count(long above, long upTo) {
        return seqs().filter(seq -> seq > above && seq <= upTo).count();
    }

    private LongStream seqs() {
        return LongStream.iterate(0, at -> at < packed.length, at -> at + Long.BYTES)
                .map(at -> ByteBuffer.wrap(packed).getLong((int) at));
    }
}
