package io.ovation.operation;

import java.time.Instant;
import java.util.List;

import io.ovation.ErrorCode;
import io.ovation.Rejection.FieldError;
import org.jspecify.annotations.Nullable;

/**
 * An error as clients see it: the body of an HTTP error (RFC 9457), and the data of an RSocket error frame.
 *
 * @param errors the fields that were wrong; null unless the code is {@code validation_failed}
 * @param retryAfter seconds after which to try again, what HTTP has as {@code Retry-After}; null where that says
 *     nothing
 * @param outcome {@code unknown} where a command may be recorded all the same; null where it certainly is not
 * @param until when what forbids it ends by itself; null where that says nothing
 */
public record Problem(
        int status,
        String title,
        String detail,
        String code,
        @Nullable List<FieldError> errors,
        @Nullable Integer retryAfter,
        @Nullable String outcome,
        @Nullable Instant until) {

    static Problem of(
            ErrorCode code,
            String detail,
            List<FieldError> errors,
            int retryAfter,
            @Nullable String outcome,
            @Nullable Instant until) {
        return new Problem(
                code.status(),
                code.title(),
                detail,
                code.text(),
                errors.isEmpty() ? null : errors,
                retryAfter > 0 ? retryAfter : null,
                outcome,
                until);
    }

    /** The same with another HTTP status: {@code not_found} is 405 for a method that a path lacks. */
    public Problem withStatus(int other) {
        return new Problem(other, title, detail, code, errors, retryAfter, outcome, until);
    }
}
