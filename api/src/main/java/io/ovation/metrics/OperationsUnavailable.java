package io.ovation.metrics;

import io.ovation.StartupFailure;

/** The address for operators cannot be listened on. */
final class OperationsUnavailable extends RuntimeException implements StartupFailure {
    private static final long serialVersionUID = 1L;

    OperationsUnavailable(String oneLine) {
        super(oneLine, null, false, false);
    }

    @Override
    public String oneLine() {
        return String.valueOf(getMessage());
    }
}
