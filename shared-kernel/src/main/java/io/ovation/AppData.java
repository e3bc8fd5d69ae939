package io.ovation;

import java.util.Locale;

/**
 * A JSON object of the app's own, which is kept and told as it came and never looked into. Immutable.
 *
 * @param json the object as text without white space, its keys in the order and its numbers in the digits in which they
 *     came; made by {@link Text}, so that it can be copied into any answer as it is
 */
public record AppData(String json) {
    /** What stands for U+0085, U+2028 and U+2029 in a text: as long as {@code \}{@code u2028}. */
    private static final int ESCAPE = 6;

    /** How many bytes of UTF-8 it has; what ends a line for some readers counts as itself, and not as its escape. */
    public int size() {
        int bytes = 0;
        int at = 0;
        while (at < json.length()) {
            char c = json.charAt(at);
            if (c == '\\') {
                int length = json.charAt(at + 1) == 'u' ? ESCAPE : 2;
                bytes += bytes(json.substring(at, at + length));
                at += length;
            } else {
                bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
                at++;
            }
        }
        return bytes;
    }

    private static int bytes(String escape) {
        return switch (escape) {
            case "\\u0085" -> 2;
            case "\\u2028", "\\u2029" -> 3;
            default -> escape.length();
        };
    }

    /**
     * Writes the one text of an object, token by token, whoever parses it. Texts are escaped as in every answer. The
     * tokens must come as those of a well-formed JSON object do. For use by one thread.
     */
    public static final class Text {
        private final StringBuilder json = new StringBuilder(64);

        /** The start of an object or of a list. */
        public void begin(char bracket) {
            separate();
            json.append(bracket);
        }

        /** The end of an object or of a list. */
        public void end(char bracket) {
            json.append(bracket);
        }

        /** The key of what follows. */
        public void key(String key) {
            string(key);
            json.append(':');
        }

        /** A text. */
        public void string(String text) {
            separate();
            json.append('"');
            text.chars().forEach(c -> append((char) c));
            json.append('"');
        }

        /** A number in the digits in which it came, or {@code true}, {@code false} or {@code null}. */
        public void literal(String text) {
            separate();
            json.append(text);
        }

        public AppData done() {
            return new AppData(json.toString());
        }

        private void separate() {
            char before = json.isEmpty() ? '[' : json.charAt(json.length() - 1);
            if (before != '{' && before != '[' && before != ':') {
                json.append(',');
            }
        }

        private void append(char c) {
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\b' -> json.append("\\b");
                case '\t' -> json.append("\\t");
                case '\n' -> json.append("\\n");
                case '\f' -> json.append("\\f");
                case '\r' -> json.append("\\r");
                case '\u0085', '\u2028', '\u2029' -> escape(c);
                default -> {
                    if (c < ' ') {
                        escape(c);
                    } else {
                        json.append(c);
                    }
                }
            }
        }

        private void escape(char c) {
            json.append(String.format(Locale.ROOT, "\\u%04X", (int) c));
        }
    }
}
