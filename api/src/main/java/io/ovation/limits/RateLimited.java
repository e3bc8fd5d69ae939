package io.ovation.limits;

import io.ovation.ErrorCode;
import io.ovation.Rejection;

/** More than one may ask for in a while. */
public final class RateLimited extends Rejection {
    private static final long serialVersionUID = 1L;

    private final int retryAfter;

    /**
     * @param detail what there was too much of, for the client
     * @param retryAfter seconds after which to try again, at least 1
     */
    public RateLimited(String detail, int retryAfter) {
        super(ErrorCode.RATE_LIMITED, detail);
        this.retryAfter = retryAfter;
    }

    @Override
    public int retryAfter() {
        return retryAfter;
    }
}
