package io.ovation.cli;

/** Text from elsewhere, made fit for a terminal. */
final class Printable {
    private Printable() {}

    /** One line without control characters, which could move the cursor, or hide what stands before them. */
    static String text(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069]+", " ")
                .strip();
    }

    /** As {@link #text}, at most {@code width} characters. */
    static String text(String text, int width) {
        String line = text(text);
        return line.codePointCount(0, line.length()) <= width
                ? line
                : line.substring(0, line.offsetByCodePoints(0, width - 1)) + "…";
    }
}
