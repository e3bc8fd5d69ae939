package io.ovation.client;

import java.io.IOException;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * The app's supplier of tokens failed, gave none or took too long; the cause says how. All that waits for the
 * connection ends with it.
 *
 * <p>A failure of the network passes: one whose cause, or the cause of that, is an {@link IOException} or a
 * {@link TimeoutException}. Then what is asked in the typed way and what is watched goes on waiting, and the supplier
 * is asked again after a pause. Each failure is a warning in the log {@code io.ovation.client}.
 */
public final class NoToken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoToken(Throwable cause) {
        super("The supplier of tokens failed: " + cause, cause);
    }

    /** Whether the supplier may do better by itself. */
    boolean isPassing() {
        Throwable failure = getCause();
        return isOfTheNetwork(failure) || failure != null && isOfTheNetwork(failure.getCause());
    }

    private static boolean isOfTheNetwork(@Nullable Throwable failure) {
        return failure instanceof IOException || failure instanceof TimeoutException;
    }
}
