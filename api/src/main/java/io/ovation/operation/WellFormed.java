package io.ovation.operation;

import io.ovation.ValidationFailed;

/** Text that can be written as UTF-8: a surrogate never stands alone. */
final class WellFormed {
    static final String LONE_SURROGATE = "holds a surrogate that stands alone";

    private WellFormed() {}

    static boolean is(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    static String text(String field, String text) {
        if (!is(text)) {
            throw new ValidationFailed(field, LONE_SURROGATE);
        }
        return text;
    }
}
