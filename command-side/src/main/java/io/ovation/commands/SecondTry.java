package io.ovation.commands;

import java.util.Map;

/**
 * The mark of a command that is handled again, after the store turned its first try down as a conflict.
 */
public final class SecondTry {
    /** The metadata key; its value is {@code true}. */
    public static final String KEY = "secondTry";

    static final Map<String, Boolean> METADATA = Map.of(KEY, true);

    private SecondTry() {}
}
