package io.ovation.live;

import io.ovation.ErrorCode;
import io.ovation.Rejection;

/** The reader of a stream did not keep up with it. It resumes from its last cursor. */
public final class SlowConsumer extends Rejection {
    private static final long serialVersionUID = 1L;

    public SlowConsumer() {
        super(ErrorCode.RATE_LIMITED, "slow_consumer");
    }

    /** At once would do: what it missed comes from the log then. */
    @Override
    public int retryAfter() {
        return 1;
    }
}
