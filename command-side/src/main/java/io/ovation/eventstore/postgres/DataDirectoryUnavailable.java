package io.ovation.eventstore.postgres;

import io.ovation.StartupFailure;
import org.jspecify.annotations.Nullable;

/** The data directory can't be used, and why: for the operator, in one line. */
public final class DataDirectoryUnavailable extends RuntimeException implements StartupFailure {
    private static final long serialVersionUID = 1L;

    DataDirectoryUnavailable(String message) {
        this(message, null);
    }

    DataDirectoryUnavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public String oneLine() {
        return String.valueOf(getMessage()).replaceAll("\\s+", " ").strip();
    }
}
