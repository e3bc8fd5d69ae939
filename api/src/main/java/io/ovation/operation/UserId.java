package io.ovation.operation;

/** What can be the id of a person: any text, but for what no one could see or write. */
public final class UserId {
    private UserId() {}

    /**
     * Whether the text is 1 to {@code longest} characters, not blank, without control characters, and can be written as
     * UTF-8.
     */
    public static boolean isValid(String text, int longest) {
        return !text.isBlank()
                && text.codePointCount(0, text.length()) <= longest
                && text.chars().noneMatch(Character::isISOControl)
                && WellFormed.is(text);
    }
}
