package io.ovation.demo;

import java.util.List;
import java.util.stream.IntStream;

/** The people who read a text out. */
public final class Cast {
    /** Enough for a lively room, and the size of the cast of a text where nobody says another. */
    public static final int USUAL_SIZE = 6;

    public static final int LARGEST = 500;

    private static final List<String> NAMES = List.of(
            "Ada", "Bela", "Chidi", "Dara", "Emil", "Farah", "Goran", "Hana", "Ines", "Jonas", "Kofi", "Lena", "Mateo",
            "Noor", "Olga", "Pavel", "Quinn", "Rosa", "Sami", "Tove", "Uma", "Viktor", "Wanda", "Yuki");

    private Cast() {}

    /** {@code size} people, all named differently. */
    public static List<String> of(int size) {
        return IntStream.range(0, size)
                .mapToObj(i -> NAMES.get(i % NAMES.size()) + (i < NAMES.size() ? "" : " " + (i / NAMES.size() + 1)))
                .toList();
    }
}
