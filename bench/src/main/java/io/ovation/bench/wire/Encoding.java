package io.ovation.bench.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Pre-encoding of what does not change from request to request. */
public final class Encoding {
    /** {@code message/x.rsocket.routing.v0}, as the id of a well-known type in composite metadata. */
    private static final byte ROUTING = (byte) (0x80 | 0x7E);

    private Encoding() {}

    /** Composite metadata with one entry, the route. */
    public static byte[] route(String route) {
        byte[] tag = route.getBytes(StandardCharsets.UTF_8);
        if (tag.length > 255) {
            throw new IllegalArgumentException("a route has at most 255 bytes: " + route);
        }
        int length = tag.length + 1;
        return ByteBuffer.allocate(4 + length)
                .put(ROUTING)
                .put((byte) (length >>> 16))
                .put((byte) (length >>> 8))
                .put((byte) length)
                .put((byte) tag.length)
                .put(tag)
                .array();
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Writes the 16 lower-case hexadecimal digits of {@code value} at {@code at}. */
    public static void hex16(long value, byte[] target, int at) {
        for (int i = 15; i >= 0; i--) {
            int digit = (int) (value & 0xF);
            target[at + i] = (byte) (digit < 10 ? '0' + digit : 'a' + digit - 10);
            value >>>= 4;
        }
    }
}
