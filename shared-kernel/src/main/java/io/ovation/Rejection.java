package io.ovation;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A request that was turned down, and nothing of which was recorded, unless its {@link #outcome()} is unknown.
 *
 * <p>Expected, and frequent under attack: it carries no stack trace, and its message is meant for the client.
 */
public abstract class Rejection extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    protected Rejection(ErrorCode code, String detail) {
        super(detail, null, false, false);
        this.code = code;
    }

    public final ErrorCode code() {
        return code;
    }

    /** What to tell the client; never a class name, a host or a query. */
    public final String detail() {
        return String.valueOf(getMessage());
    }

    /** The fields that were wrong; empty unless the code is {@link ErrorCode#VALIDATION_FAILED}. */
    public List<FieldError> errors() {
        return List.of();
    }

    /** Seconds after which to try again; 0 where that says nothing. */
    public int retryAfter() {
        return 0;
    }

    /** When what forbids it ends by itself; null where it does not, or says nothing of it. */
    public @Nullable Instant until() {
        return null;
    }

    /** {@code unknown} where the request may be recorded all the same; null where it certainly is not. */
    public @Nullable String outcome() {
        return null;
    }

    /**
     * One field that was wrong.
     *
     * @param field the path of the field in the request, such as {@code members[2]}; empty for the request as a whole
     * @param message what is wrong with it
     */
    public record FieldError(String field, String message) {}
}
