package io.ovation.security;

import io.ovation.StartupFailure;

/** There is no secret that tokens could be verified with. */
final class SecretUnusable extends RuntimeException implements StartupFailure {
    private static final long serialVersionUID = 1L;

    SecretUnusable(String oneLine) {
        super(oneLine);
    }

    @Override
    public String oneLine() {
        return String.valueOf(getMessage());
    }
}
