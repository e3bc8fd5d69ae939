package io.ovation.eventstore;

import io.ovation.StartupFailure;
import org.jspecify.annotations.Nullable;

/** The event store's database can't be used, so the server does not start. */
final class EventStoreUnreachable extends RuntimeException implements StartupFailure {
    private static final long serialVersionUID = 1L;

    EventStoreUnreachable(String message) {
        this(message, null);
    }

    EventStoreUnreachable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public String oneLine() {
        return String.valueOf(getMessage()).replaceAll("\\s+", " ");
    }
}
