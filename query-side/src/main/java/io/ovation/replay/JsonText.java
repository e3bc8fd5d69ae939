package io.ovation.replay;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Whether bytes may be copied into a line as they are: exactly one JSON value in well-formed UTF-8. Parses, but makes
 * no objects.
 */
final class JsonText {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int BYTE_ORDER_MARK = 0xEF;
    private static final int NEXT_LINE = 0x85;

    private JsonText() {}

    /** Checks the bytes, and turns line ends between the tokens into spaces, in place; false when they are no JSON. */
    static boolean fitInLine(byte[] bytes) {
        boolean lines = false;
        boolean ascii = true;
        for (byte b : bytes) {
            if (b == 0) {
                return false; // UTF-16, which the parser would take
            }
            lines |= b == '\n' | b == '\r';
            ascii &= b >= 0;
        }
        if (bytes.length == 0
                || (bytes[0] & 0xFF) == BYTE_ORDER_MARK
                || !ascii && !isUtf8(bytes)
                || !isOneValue(bytes)) {
            return false;
        }
        if (lines) {
            for (int i = 0; i < bytes.length; i++) {
                // within a string they would have been an error
                if (bytes[i] == '\n' || bytes[i] == '\r') {
                    bytes[i] = ' ';
                }
            }
        }
        return true;
    }

    /**
     * The same JSON with U+2028, U+2029 and U+0085 escaped: they end a line for some readers, and stand in strings
     * only.
     */
    static byte[] escaped(byte[] json) {
        int first = 0;
        while (first < json.length && lineEnd(json, first) == 0) {
            first++;
        }
        if (first == json.length) {
            return json;
        }
        ByteArrayOutputStream text = new ByteArrayOutputStream(json.length + 64);
        text.write(json, 0, first);
        int at = first;
        while (at < json.length) {
            int end = lineEnd(json, at);
            if (end == 0) {
                text.write(json[at++]);
            } else {
                text.writeBytes(String.format(Locale.ROOT, "\\u%04x", end).getBytes(StandardCharsets.US_ASCII));
                at += end == NEXT_LINE ? 2 : 3;
            }
        }
        return text.toByteArray();
    }

    /** The end of a line whose UTF-8 starts at a place; 0 for none. */
    private static int lineEnd(byte[] utf8, int at) {
        if (utf8[at] == (byte) 0xC2 && at + 1 < utf8.length && utf8[at + 1] == (byte) 0x85) {
            return NEXT_LINE;
        }
        boolean separator = utf8[at] == (byte) 0xE2 && at + 2 < utf8.length && utf8[at + 1] == (byte) 0x80;
        if (!separator) {
            return 0;
        }
        return switch (utf8[at + 2]) {
            case (byte) 0xA8 -> 0x2028;
            case (byte) 0xA9 -> 0x2029;
            default -> 0;
        };
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException malformed) {
            return false;
        }
    }

    private static boolean isOneValue(byte[] bytes) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JacksonException malformed) {
            return false;
        }
    }
}
