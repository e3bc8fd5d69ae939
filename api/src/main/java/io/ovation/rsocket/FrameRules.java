package io.ovation.rsocket;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What a frame from a client must look like, whatever rsocket-java would make of it: it takes the fields of a frame for
 * granted, and what is cut short would surface as an exception of a buffer deep inside.
 */
final class FrameRules {
    static final int SETUP = 0x01;
    static final int KEEPALIVE = 0x03;
    static final int REQUEST_RESPONSE = 0x04;
    static final int REQUEST_FNF = 0x05;
    static final int REQUEST_STREAM = 0x06;
    static final int REQUEST_CHANNEL = 0x07;
    static final int REQUEST_N = 0x08;
    static final int CANCEL = 0x09;
    static final int PAYLOAD = 0x0A;
    static final int ERROR = 0x0B;
    static final int METADATA_PUSH = 0x0C;
    static final int RESUME = 0x0D;

    static final int FLAG_IGNORE = 0x200;
    static final int FLAG_METADATA = 0x100;
    /** More fragments follow; in KEEPALIVE: an answer is wanted; in SETUP: a resume token is there. */
    static final int FLAG_FOLLOWS = 0x80;

    static final int FLAG_COMPLETE = 0x40;
    /** In SETUP: the client honours leases. */
    static final int FLAG_LEASE = 0x40;

    static final int FLAG_NEXT = 0x20;

    static final int HEADER = 6;
    static final int SETUP_INTERVAL_AT = HEADER + 4;
    static final int SETUP_LIFETIME_AT = SETUP_INTERVAL_AT + 4;
    private static final int SETUP_MIME_AT = SETUP_LIFETIME_AT + 4;
    private static final int MAJOR_VERSION = 1;
    private static final int MINOR_VERSION = 0;
    private static final int METADATA_LENGTH = 3;
    private static final int LONGEST_MIME = 127;

    private FrameRules() {}

    /** The number of the frame's type. The frame must have a header. */
    static int type(ByteBuf frame) {
        return frame.getUnsignedShort(frame.readerIndex() + 4) >> 10;
    }

    static int flags(ByteBuf frame) {
        return frame.getUnsignedShort(frame.readerIndex() + 4) & 0x3FF;
    }

    static int streamId(ByteBuf frame) {
        return frame.getInt(frame.readerIndex());
    }

    static boolean has(ByteBuf frame, int flag) {
        return (flags(frame) & flag) != 0;
    }

    /**
     * What is wrong with a frame, for the client; null when it is in order.
     *
     * @param first whether it is the first one of the connection
     */
    static @Nullable String fault(ByteBuf frame, boolean first) {
        int length = frame.readableBytes();
        if (length < HEADER) {
            return "A frame has a header of 6 bytes";
        }
        int stream = streamId(frame);
        int type = type(frame);
        if (first != (type == SETUP || type == RESUME)) {
            return first ? "A connection starts with SETUP" : "Only the first frame is SETUP";
        }
        boolean sound =
                switch (type) {
                    case SETUP -> stream == 0 && isSetup(frame);
                    case RESUME -> stream == 0;
                    case KEEPALIVE -> stream == 0 && length >= HEADER + Long.BYTES;
                    case METADATA_PUSH -> stream == 0;
                    case REQUEST_RESPONSE, REQUEST_FNF -> isClients(stream) && hasBody(frame, HEADER);
                    case REQUEST_STREAM, REQUEST_CHANNEL ->
                        isClients(stream) && isPositive(frame) && hasBody(frame, HEADER + 4);
                    case REQUEST_N -> isClients(stream) && isPositive(frame);
                    case CANCEL -> isClients(stream);
                    case PAYLOAD ->
                        isClients(stream) && has(frame, FLAG_NEXT | FLAG_COMPLETE) && hasBody(frame, HEADER);
                    case ERROR -> (stream == 0 || isClients(stream)) && length >= HEADER + 4;
                    default -> has(frame, FLAG_IGNORE);
                };
        return sound ? null : "A frame is not as the protocol has it";
    }

    /** What a sound SETUP asks for that is not served, for the client; null for nothing. */
    static @Nullable String unserved(ByteBuf setup) {
        if (setup.getUnsignedShort(setup.readerIndex() + HEADER) != MAJOR_VERSION
                || setup.getUnsignedShort(setup.readerIndex() + HEADER + 2) != MINOR_VERSION) {
            return "The version of RSocket is 1.0";
        }
        if (has(setup, FLAG_FOLLOWS)) {
            return "Sessions are not resumed";
        }
        return has(setup, FLAG_LEASE) ? "There are no leases" : null;
    }

    /** Whether a frame says nothing that is listened to here. */
    static boolean isPassedOver(ByteBuf frame) {
        return switch (type(frame)) {
            case SETUP,
                    KEEPALIVE,
                    REQUEST_RESPONSE,
                    REQUEST_FNF,
                    REQUEST_STREAM,
                    REQUEST_CHANNEL,
                    REQUEST_N,
                    CANCEL,
                    PAYLOAD,
                    ERROR,
                    RESUME -> false;
            // METADATA_PUSH, and what the client itself says may be ignored: LEASE, EXT, and the numbers that no type
            // has
            default -> true;
        };
    }

    private static boolean isClients(int stream) {
        return stream > 0 && (stream & 1) == 1;
    }

    private static boolean isPositive(ByteBuf frame) {
        return frame.readableBytes() >= HEADER + 4 && frame.getInt(frame.readerIndex() + HEADER) > 0;
    }

    private static boolean hasBody(ByteBuf frame, int at) {
        return frame.readableBytes() >= at
                && (!has(frame, FLAG_METADATA)
                        || frame.readableBytes() >= at + METADATA_LENGTH
                                && frame.readableBytes()
                                        >= at + METADATA_LENGTH + frame.getUnsignedMedium(frame.readerIndex() + at));
    }

    private static boolean isSetup(ByteBuf frame) {
        int at = SETUP_MIME_AT;
        int length = frame.readableBytes();
        if (length < at || interval(frame) <= 0 || lifetime(frame) <= 0) {
            return false;
        }
        if (has(frame, FLAG_FOLLOWS)) {
            if (length < at + 2) {
                return false;
            }
            at += 2 + frame.getUnsignedShort(frame.readerIndex() + at);
        }
        for (int mime = 0; mime < 2; mime++) {
            if (length <= at || frame.getUnsignedByte(frame.readerIndex() + at) > LONGEST_MIME) {
                return false;
            }
            at += 1 + frame.getUnsignedByte(frame.readerIndex() + at);
        }
        return hasBody(frame, at);
    }

    /** Milliseconds between a client's KEEPALIVEs, of a SETUP frame. */
    static int interval(ByteBuf setup) {
        return setup.getInt(setup.readerIndex() + SETUP_INTERVAL_AT);
    }

    /** Milliseconds after which a silent peer is taken for gone, of a SETUP frame. */
    static int lifetime(ByteBuf setup) {
        return setup.getInt(setup.readerIndex() + SETUP_LIFETIME_AT);
    }
}
