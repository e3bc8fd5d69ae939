package io.ovation.client;

/**
 * There is no connection, or it was cut, or no answer came in time. Whether a request that was under way was recorded
 * is not known: send it again under the same id.
 */
public final class ConnectionLost extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean underWay;

    public ConnectionLost(String message, Throwable cause) {
        this(message, cause, false);
    }

    ConnectionLost(String message, Throwable cause, boolean underWay) {
        super(message, cause);
        this.underWay = underWay;
    }

    /** Whether a request may have got to the server; false where there was no connection to send it on. */
    boolean isUnderWay() {
        return underWay;
    }
}
