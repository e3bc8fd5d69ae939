package io.ovation.client;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** What stands in routes and bodies. */
final class Ids {
    /** A dot would part a route. */
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_-]+");

    private Ids() {}

    static String checked(String id) {
        if (!SEGMENT.matcher(id).matches()) {
            throw new IllegalArgumentException("'" + id + "' is no id");
        }
        return id;
    }

    static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
