package io.ovation.cluster;

import io.ovation.StartupFailure;

/** The cluster can't be joined, so the server does not start. */
final class CannotJoin extends RuntimeException implements StartupFailure {
    private static final long serialVersionUID = 1L;

    CannotJoin(Exception cause) {
        super("The cluster cannot be joined: " + cause.getMessage(), cause);
    }

    @Override
    public String oneLine() {
        return String.valueOf(getMessage()).replaceAll("\\s+", " ");
    }
}
