package io.ovation.client;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the contract's error object. */
final class Problems {
    /** A pause longer than this is a fault of whoever said it, and some overflow the timers. */
    private static final long LONGEST_PAUSE = Duration.ofDays(1).toSeconds();

    private Problems() {}

    /**
     * The rejection in {@code text}, or one of {@code otherwise} that says {@code text} where that is no error object.
     */
    static RequestRejected read(JsonMapper json, @Nullable String text, String otherwise) {
        String said = text == null ? "" : text;
        try {
            JsonNode problem = json.readTree(said);
            if (problem.path("code").isString()) {
                return of(problem);
            }
        } catch (JacksonException e) {
            // not from the application: a plain reason is all there is
            return new RequestRejected(otherwise, said, Duration.ZERO);
        }
        return new RequestRejected(otherwise, said, Duration.ZERO);
    }

    /** The rejection that an error object, or an {@code error} frame, tells. */
    static RequestRejected of(JsonNode problem) {
        String detail = problem.path("detail").asString(problem.path("title").asString(""));
        JsonNode errors = problem.path("errors");
        // the detail of what is wrong with one field is the same, without the field
        StringBuilder said =
                new StringBuilder(detail.equals(errors.path(0).path("message").asString("")) ? "" : detail);
        for (JsonNode error : errors) {
            said.append(said.isEmpty() ? "" : "; ")
                    .append(error.path("field").asString(""))
                    .append(": ")
                    .append(error.path("message").asString(""));
        }
        return new RequestRejected(
                problem.path("code").asString(""),
                said.toString(),
                Duration.ofSeconds(Math.clamp(problem.path("retryAfter").asLong(0), 0, LONGEST_PAUSE)),
                problem.path("outcome").isString() ? problem.path("outcome").asString() : null,
                time(problem.path("until")));
    }

    private static @Nullable Instant time(JsonNode text) {
        try {
            return text.isString() ? Instant.parse(text.asString()) : null;
        } catch (DateTimeException e) {
            // the rejection counts, whatever this was to say
            return null;
        }
    }
}
