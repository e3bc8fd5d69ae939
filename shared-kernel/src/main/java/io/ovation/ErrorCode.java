package io.ovation;

/** The codes of the wire contract; each rejection carries exactly one. */
public enum ErrorCode {
    VALIDATION_FAILED("validation_failed", 400, "The request is not valid"),
    UNAUTHENTICATED("unauthenticated", 401, "A valid token is required"),
    FORBIDDEN("forbidden", 403, "This is not yours to do"),
    NOT_FOUND("not_found", 404, "There is no such thing"),
    CONFLICT("conflict", 409, "This contradicts what is recorded"),
    PAYLOAD_TOO_LARGE("payload_too_large", 413, "The request is too large"),
    UNSUPPORTED_MEDIA_TYPE("unsupported_media_type", 415, "The media type is not supported"),
    RATE_LIMITED("rate_limited", 429, "Too many requests"),
    UNAVAILABLE("unavailable", 503, "The service cannot answer now");

    private final String text;
    private final int status;
    private final String title;

    ErrorCode(String text, int status, String title) {
        this.text = text;
        this.status = status;
        this.title = title;
    }

    /** The code as it is written on the wire. */
    public String text() {
        return text;
    }

    /** The HTTP status that goes with the code. */
    public int status() {
        return status;
    }

    /** A short sentence that is the same for every error of the code. */
    public String title() {
        return title;
    }
}
