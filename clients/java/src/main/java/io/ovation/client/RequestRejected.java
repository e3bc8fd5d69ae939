package io.ovation.client;

import java.time.Duration;

/** The server turned a request down, and recorded nothing of it. */
public final class RequestRejected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final Duration retryAfter;

    /**
     * @param code one of the contract's codes, such as {@code rate_limited}
     * @param detail what the server says
     * @param retryAfter when to try again; zero where that says nothing
     */
    public RequestRejected(String code, String detail, Duration retryAfter) {
        super(detail, null, false, false);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    public String code() {
        return code;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    public Duration retryAfter() {
        return retryAfter;
    }
}
