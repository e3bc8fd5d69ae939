package io.ovation.documents;

import org.jspecify.annotations.Nullable;

/** The documents cannot be read or written now; trying again later helps. */
public final class StoreUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreUnavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
