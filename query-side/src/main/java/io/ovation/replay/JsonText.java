package io.ovation.replay;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

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
