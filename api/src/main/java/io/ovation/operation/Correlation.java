package io.ovation.operation;

import com.github.f4b6a3.uuid.UuidCreator;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The id under which a request is found in the logs and in the metadata of what it recorded. It travels in the Reactor
 * context, as threads change.
 */
public final class Correlation {
    /** The key of the id in the logging context. */
    public static final String KEY = "correlationId";

    private static final int LONGEST = 64;

    private Correlation() {}

    public static String newId() {
        return UuidCreator.getTimeOrderedEpochFast().toString();
    }

    /**
     * The id that a client sent, if it is one that may stand in a log: up to 64 letters, digits and {@code . _ -}; else
     * a new one.
     */
    public static String of(@Nullable String given) {
        boolean safe = given != null
                && !given.isEmpty()
                && given.length() <= LONGEST
                && given.chars().allMatch(Correlation::isSafe);
        return given != null && safe ? given : newId();
    }

    /** For {@code contextWrite}: everything upstream runs under this id. */
    public static Context write(Context context, String id) {
        return context.put(Correlation.class, id);
    }

    /** The id that the request runs under; a new one where the edge set none. */
    public static String read(ContextView context) {
        return context.<String>getOrEmpty(Correlation.class).orElseGet(Correlation::newId);
    }

    private static boolean isSafe(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-';
    }
}
