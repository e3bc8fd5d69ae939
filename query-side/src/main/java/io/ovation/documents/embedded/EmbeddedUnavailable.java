package io.ovation.documents.embedded;

import io.ovation.StartupFailure;
import org.jspecify.annotations.Nullable;

/** The embedded read models cannot be used here. */
final class EmbeddedUnavailable extends RuntimeException implements StartupFailure {
    private static final long serialVersionUID = 1L;

    EmbeddedUnavailable(String line, @Nullable Throwable cause) {
        super(line, cause);
    }

    @Override
    public String oneLine() {
        return String.valueOf(getMessage());
    }
}
