package io.ovation.rsocket;

/**
 * A problem on its way into an error frame: its message is the frame's data, the problem as JSON. No stack trace: where
 * it came from has been logged.
 */
final class ProblemSignal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProblemSignal(String json) {
        super(json, null, false, false);
    }

    String json() {
        return String.valueOf(getMessage());
    }
}
