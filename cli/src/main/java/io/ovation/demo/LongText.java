package io.ovation.demo;

import java.util.ArrayList;
import java.util.List;

/** Parts a text that is too long for one message. */
final class LongText {
    private LongText() {}

    /**
     * The text in parts of at most {@code maxBytes} of UTF-8 each, which put together are the text again; parted after
     * white space where a part has some in its
     * second half, and never within a character.
     */
    static List<String> split(String text, int maxBytes) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = endOfPart(text, start, maxBytes);
            parts.add(text.substring(start, end));
            start = end;
        }
        return parts.isEmpty() ? List.of(text) : parts;
    }

    private static int endOfPart(String text, int start, int maxBytes) {
        int bytes = 0;
        int afterSpace = -1;
        int at = start;
        while (at < text.length()) {
            int character = text.codePointAt(at);
            bytes += utf8Length(character);
            if (bytes > maxBytes) {
                // a part of white space alone would be no message
                return afterSpace - start > (at - start) / 2
                                && !text.substring(afterSpace).isBlank()
                        ? afterSpace
                        : at;
            }
            at += Character.charCount(character);
            if (Character.isWhitespace(character)) {
                afterSpace = at;
            }
        }
        return at;
    }

    private static int utf8Length(int character) {
        if (character < 0x80) {
            return 1;
        }
        if (character < 0x800) {
            return 2;
        }
        return character < 0x10000 ? 3 : 4;
    }
}
