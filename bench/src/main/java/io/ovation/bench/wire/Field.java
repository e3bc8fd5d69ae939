package io.ovation.bench.wire;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;

/**
 * Finds a field in JSON without parsing it: frames of one kind have it at nearly the same place, so the last place is
 * tried first.
 *
 * <p>Only for generated traffic, whose texts never hold the marker themselves.
 */
public final class Field {
    private static final int NEAR = 6;

    private final byte[] marker;
    /** Where the marker was last; shared by threads without care, since a wrong hint only costs a scan. */
    private int hint;

    /** @param marker what stands right before the value, such as {@code "seq":} */
    public Field(String marker) {
        this.marker = marker.getBytes(StandardCharsets.UTF_8);
    }

    /** The index right after the marker within the {@code length} bytes at {@code index}; -1 where there is none. */
    public int find(ByteBuf buffer, int index, int length) {
        int last = length - marker.length;
        int from = Math.max(0, hint - NEAR);
        int to = Math.min(last, hint + NEAR);
        for (int at = from; at <= to; at++) {
            if (matches(buffer, index + at)) {
                hint = at;
                return index + at + marker.length;
            }
        }
        for (int at = 0; at <= last; at++) {
            if (matches(buffer, index + at)) {
                hint = at;
                return index + at + marker.length;
            }
        }
        return -1;
    }

    private boolean matches(ByteBuf buffer, int at) {
        for (int i = 0; i < marker.length; i++) {
            if (buffer.getByte(at + i) != marker[i]) {
                return false;
            }
        }
        return true;
    }

    /** The decimal number at {@code at}. */
    public static long decimal(ByteBuf buffer, int at) {
        long value = 0;
        while (true) {
            int digit = buffer.getByte(at++) - '0';
            if (digit < 0 || digit > 9) {
                return value;
            }
            value = value * 10 + digit;
        }
    }

    /** The 16 hexadecimal digits at {@code at}. */
    public static long hex16(ByteBuf buffer, int at) {
        long value = 0;
        for (int i = 0; i < 16; i++) {
            int c = buffer.getByte(at + i);
            value = value << 4 | (c <= '9' ? c - '0' : c - 'a' + 10);
        }
        return value;
    }

    /** The text from {@code at} up to the next quotation mark. */
    public static String text(ByteBuf buffer, int at) {
        int end = buffer.indexOf(at, buffer.writerIndex(), (byte) '"');
        return buffer.toString(at, end - at, StandardCharsets.UTF_8);
    }
}
