package io.ovation.start;

import io.ovation.StartupFailure;

/** A setting, or the surroundings, with which the server does not start. */
final class CannotStart extends RuntimeException implements StartupFailure {
    private static final long serialVersionUID = 1L;

    CannotStart(String oneLine) {
        super(oneLine, null, false, false);
    }

    @Override
    public String oneLine() {
        return String.valueOf(getMessage());
    }
}
