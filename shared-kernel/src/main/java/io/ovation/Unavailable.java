package io.ovation;

import org.jspecify.annotations.Nullable;

/** The service cannot take the request now: too much is under way, or a store does not answer. */
public final class Unavailable extends Rejection {
    private static final long serialVersionUID = 1L;

    private final int retryAfter;
    private final boolean recordedPerhaps;

    /**
     * @param detail what is the matter, for the client
     * @param retryAfter seconds after which to try again, at least 1
     */
    public Unavailable(String detail, int retryAfter) {
        this(detail, retryAfter, false);
    }

    private Unavailable(String detail, int retryAfter, boolean recordedPerhaps) {
        super(ErrorCode.UNAVAILABLE, detail);
        this.retryAfter = retryAfter;
        this.recordedPerhaps = recordedPerhaps;
    }

    /**
     * The one rejection after which something may be recorded: no answer came in time, and it cannot be known now. The
     * same command under the same id gets the right answer later.
     */
    public static Unavailable withUnknownOutcome(String detail, int retryAfter) {
        return new Unavailable(detail, retryAfter, true);
    }

    @Override
    public int retryAfter() {
        return retryAfter;
    }

    @Override
    public @Nullable String outcome() {
        return recordedPerhaps ? "unknown" : null;
    }
}
