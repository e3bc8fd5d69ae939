package io.ovation.replay;

import io.ovation.ErrorCode;
import io.ovation.Rejection;

/** Why a reading of the log was turned down. */
public abstract sealed class ReplayRejection extends Rejection {
    private static final long serialVersionUID = 1L;

    private ReplayRejection(ErrorCode code, String detail) {
        super(code, detail);
    }

    public static final class AnalystsOnly extends ReplayRejection {
        private static final long serialVersionUID = 1L;

        public AnalystsOnly() {
            super(ErrorCode.FORBIDDEN, "This needs the role analyst or admin");
        }
    }

    /** A position that the log does not have, or has no more. */
    public static final class PositionElsewhere extends ReplayRejection {
        private static final long serialVersionUID = 1L;

        public PositionElsewhere() {
            super(ErrorCode.CONFLICT, "The position is of another log, or beyond the end of this one");
        }
    }
}
