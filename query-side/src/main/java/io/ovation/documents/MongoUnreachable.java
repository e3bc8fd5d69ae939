package io.ovation.documents;

import io.ovation.StartupFailure;

/** MongoDB was configured, but can't be used. */
final class MongoUnreachable extends RuntimeException implements StartupFailure {
    private static final long serialVersionUID = 1L;

    MongoUnreachable(String line, Throwable cause) {
        super(line, cause);
    }

    @Override
    public String oneLine() {
        return String.valueOf(getMessage());
    }
}
