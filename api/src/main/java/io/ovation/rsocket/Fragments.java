package io.ovation.rsocket;

import io.netty.buffer.ByteBuf;
import io.netty.util.collection.IntObjectHashMap;

/**
 * Requests that come in pieces, as far as they have come. rsocket-java keeps the pieces, and knows no limit for all
 * requests of a connection together.
 */
final class Fragments {
    private static final int MAX_REQUESTS = 64;

    /** Bytes that rsocket-java wants in each piece between the first and the last. */
    private static final int SHORTEST = 61;

    private final int maxRequest;
    private final IntObjectHashMap<Integer> sizes = new IntObjectHashMap<>(4);

    Fragments(int maxRequest) {
        this.maxRequest = maxRequest;
    }

    /** What is to be done with a frame. */
    enum Verdict {
        PASS,
        /** The request has become too large. */
        TOO_LARGE,
        /** A piece in the middle is too short to be taken. */
        TOO_SHORT,
        /** There are too many requests in pieces. */
        TOO_MANY
    }

    Verdict take(ByteBuf frame) {
        int stream = FrameRules.streamId(frame);
        int type = FrameRules.type(frame);
        boolean follows = FrameRules.has(frame, FrameRules.FLAG_FOLLOWS);
        Integer before = sizes.get(stream);
        if (type == FrameRules.CANCEL || type == FrameRules.ERROR) {
            sizes.remove(stream);
            return Verdict.PASS;
        }
        boolean isRequest = type >= FrameRules.REQUEST_RESPONSE && type <= FrameRules.REQUEST_CHANNEL;
        // of a channel, any payload may come in pieces
        boolean starts = before == null && follows && (isRequest || type == FrameRules.PAYLOAD);
        boolean continues = before != null && type == FrameRules.PAYLOAD;
        if (!starts && !continues) {
            return frame.readableBytes() > maxRequest ? Verdict.TOO_LARGE : Verdict.PASS;
        }
        if (continues && follows && frame.readableBytes() < SHORTEST) {
            sizes.remove(stream);
            return Verdict.TOO_SHORT;
        }
        int size = (before == null ? 0 : before) + frame.readableBytes();
        if (size > maxRequest) {
            sizes.remove(stream);
            return Verdict.TOO_LARGE;
        }
        if (!follows) {
            sizes.remove(stream);
        } else {
            sizes.put(stream, Integer.valueOf(size));
        }
        return sizes.size() > MAX_REQUESTS ? Verdict.TOO_MANY : Verdict.PASS;
    }
}
