package io.ovation.client;

/**
 * There is no connection, or it was cut, or no answer came in time. Whether a request that was under way was recorded
 * is not known: send it again under the
 * same id.
 */
public final class ConnectionLost extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConnectionLost(String message, Throwable cause) {
        super(message, cause);
    }
}
