package io.ovation;

/**
 * What is asked for rests on an event that a newer version of this server wrote, and this one cannot read whole: while
 * nodes of several versions run side by side, the newer ones decide.
 */
public final class WrittenByNewer extends Rejection {
    private static final long serialVersionUID = 1L;

    private static final int RETRY_AFTER = 5;

    public WrittenByNewer() {
        super(ErrorCode.UNAVAILABLE, "This was written by a newer version, which this server is not");
    }

    @Override
    public int retryAfter() {
        return RETRY_AFTER;
    }
}
