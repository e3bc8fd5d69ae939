package io.ovation.demo;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Turns bytes into lines: UTF-8 with or without a byte order mark, UTF-16 with one; each line that is no UTF-8 is taken
 * for Windows-1252, the common superset of
 * Latin-1. Line by line, since a log has lines from many people's programs.
 */
final class TextDecoder {
    private static final Charset FALLBACK = Charset.forName("windows-1252");
    private static final byte[] UTF_8_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] UTF_16_BE_MARK = {(byte) 0xFE, (byte) 0xFF};
    private static final byte[] UTF_16_LE_MARK = {(byte) 0xFF, (byte) 0xFE};

    private TextDecoder() {}

    /** The lines without their ends, which are LF, CRLF or CR. Throws {@link DemoFailure} for what is no text. */
    static List<String> lines(byte[] bytes) {
        Charset wide = wideCharset(bytes);
        if (wide != null) {
            return new String(bytes, 2, bytes.length - 2, wide).lines().toList();
        }
        int start = startsWith(bytes, UTF_8_MARK) ? UTF_8_MARK.length : 0;
        List<String> lines = new ArrayList<>();
        for (int i = start; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                throw new DemoFailure("This is no text: it has NUL bytes");
            }
            if (bytes[i] == '\n' || bytes[i] == '\r') {
                lines.add(decode(bytes, start, i));
                if (bytes[i] == '\r' && i + 1 < bytes.length && bytes[i + 1] == '\n') {
                    i++;
                }
                start = i + 1;
            }
        }
        if (start < bytes.length) {
            lines.add(decode(bytes, start, bytes.length));
        }
        return lines;
    }

    private static @Nullable Charset wideCharset(byte[] bytes) {
        if (startsWith(bytes, UTF_16_BE_MARK)) {
            return StandardCharsets.UTF_16BE;
        }
        return startsWith(bytes, UTF_16_LE_MARK) ? StandardCharsets.UTF_16LE : null;
    }

    private static boolean startsWith(byte[] bytes, byte[] mark) {
        return bytes.length >= mark.length && Arrays.equals(bytes, 0, mark.length, mark, 0, mark.length);
    }

    private static String decode(byte[] bytes, int from, int to) {
        ByteBuffer line = ByteBuffer.wrap(bytes, from, to - from);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(line)
                    .toString();
        } catch (CharacterCodingException e) {
            // expected: that is how one finds out
            return new String(bytes, from, to - from, FALLBACK);
        }
    }
}
