package io.ovation.client;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/** The server turned a request down. It recorded nothing of it, unless {@link #outcome()} says {@code unknown}. */
public final class RequestRejected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final Duration retryAfter;
    private final @Nullable String outcome;
    private final @Nullable Instant until;

    /**
     * @param code one of the contract's codes, such as {@code rate_limited}
     * @param detail what the server says
     * @param retryAfter when to try again; zero where that says nothing
     */
    public RequestRejected(String code, String detail, Duration retryAfter) {
        this(code, detail, retryAfter, null, null);
    }

    RequestRejected(
            String code,
            String detail,
            Duration retryAfter,
            @Nullable String outcome,
            @Nullable Instant until) {
        super(detail, null, false, false);
        this.code = code;
        this.retryAfter = retryAfter;
        this.outcome = outcome;
        this.until = until;
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

    /** {@code unknown} where the server could not tell in time whether it recorded the request; null otherwise. */
    public @Nullable String outcome() {
        return outcome;
    }

    /** When a ban or a mute ends; null where none is the reason, or it has no end. */
    public @Nullable Instant until() {
        return until;
    }

    /** Whether the server gets over it by itself, so that the same request may be granted later. */
    boolean isPassing() {
        return code.equals("rate_limited") || code.equals("unavailable");
    }

    /** Whether the server does not take the token, so that another one may help. */
    boolean isOfTheToken() {
        return code.equals("unauthenticated");
    }
}
