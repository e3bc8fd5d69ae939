package io.ovation.operation;

import java.text.Normalizer;

/**
 * What can be the id of a person: any text that looks like itself alone, so that nobody can pass for somebody else.
 * Stateless.
 */
public final class UserId {
    /** What {@link #isValid} asks for, for whoever is told that a text is no id; the longest is the argument. */
    static final String RULE = "must be the id of a person: 1 to %d characters in Unicode's form NFC, without control"
            + " or format characters, and without white space at its ends";

    private UserId() {}

    /**
     * Whether the text is 1 to {@code longest} code points in Unicode's form NFC, without control and format characters
     * (Cc, Cf), without white space at its ends, and can be written as UTF-8.
     */
    public static boolean isValid(String text, int longest) {
        return !text.isEmpty()
                && text.codePointCount(0, text.length()) <= longest
                && WellFormed.is(text)
                && text.codePoints().noneMatch(UserId::isInvisible)
                && !isSpace(text.codePointAt(0))
                && !isSpace(text.codePointBefore(text.length()))
                && Normalizer.isNormalized(text, Normalizer.Form.NFC);
    }

    private static boolean isInvisible(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL || type == Character.FORMAT;
    }

    /** Both kinds that Java tells apart: the second holds those that do not break, too. */
    private static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }
}
