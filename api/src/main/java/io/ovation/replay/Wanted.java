package io.ovation.replay;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

import io.ovation.operation.Checks;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks the log for.
 *
 * @param limit the most events; null for all
 */
record Wanted(EventFilter filter, @Nullable Long limit) {
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,19}");

    private static final int LONGEST_AGGREGATE = 255;

    /** The fields that all transports have in common, checked. Which types there are, the query side knows. */
    static Wanted of(
            Checks checks,
            @Nullable String from,
            @Nullable String to,
            @Nullable List<String> types,
            @Nullable String aggregate,
            @Nullable Long limit) {
        Instant since = checks.time("from", from);
        Instant until = checks.time("to", to);
        if (since != null && until != null && until.isBefore(since)) {
            checks.reject("to", "must not be before from");
        }
        checks.text("aggregate", aggregate, LONGEST_AGGREGATE);
        if (limit != null && limit < 1) {
            checks.reject("limit", "must be at least 1");
        }
        return new Wanted(new EventFilter(since, until, types == null ? List.of() : types, aggregate), limit);
    }

    /** The names in a query's list, also where a client has encoded the commas: no name has one in it. */
    static @Nullable List<String> simpleNames(@Nullable List<String> types) {
        return types == null
                ? null
                : types.stream()
                        .flatMap(names -> Arrays.stream(names.split(",", -1)))
                        .toList();
    }

    /** The position after which to begin: a whole number, or the text of one in a query; null or empty for none. */
    static @Nullable Long after(Checks checks, @Nullable Object after) {
        return switch (after) {
            case null -> null;
            case Integer number -> checks.seq("after", number.longValue());
            case Long number -> checks.seq("after", number);
            case String text when text.isEmpty() -> null;
            default -> {
                checks.reject("after", "must be a whole number, from 0 to " + Long.MAX_VALUE);
                yield null;
            }
        };
    }

    /** The same from a query string, where a number is a text. */
    static @Nullable Long after(Checks checks, @Nullable String after) {
        boolean digits = after != null && NUMBER.matcher(after).matches();
        try {
            return after(checks, digits ? (Object) Long.valueOf(after) : after);
        } catch (NumberFormatException tooLarge) {
            checks.reject("after", "is out of range");
            return null;
        }
    }
}
