package io.ovation;

/** The service cannot take the request now: too much is under way, or a store does not answer. */
public final class Unavailable extends Rejection {
    private static final long serialVersionUID = 1L;

    private final int retryAfter;

    /**
     * @param detail what is the matter, for the client
     * @param retryAfter seconds after which to try again, at least 1
     */
    public Unavailable(String detail, int retryAfter) {
        super(ErrorCode.UNAVAILABLE, detail);
        this.retryAfter = retryAfter;
    }

    @Override
    public int retryAfter() {
        return retryAfter;
    }
}
