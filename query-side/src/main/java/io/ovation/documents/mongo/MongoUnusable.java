package io.ovation.documents.mongo;

import io.ovation.StartupFailure;
import org.jspecify.annotations.Nullable;

/** MongoDB was named, but can't be used. */
final class MongoUnusable extends RuntimeException implements StartupFailure {
    private static final long serialVersionUID = 1L;

    MongoUnusable(String line, @Nullable Throwable cause) {
        super(line, cause);
    }

    @Override
    public String oneLine() {
        return String.valueOf(getMessage());
    }
}
