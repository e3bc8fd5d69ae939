package io.ovation.people;

import io.ovation.ErrorCode;
import io.ovation.Rejection;

/** Why a user cannot block another. */
public abstract sealed class BlockRejection extends Rejection {
    private static final long serialVersionUID = 1L;

    private BlockRejection(ErrorCode code, String detail) {
        super(code, detail);
    }

    public static final class TooManyBlocks extends BlockRejection {
        private static final long serialVersionUID = 1L;

        public TooManyBlocks(int limit) {
            super(ErrorCode.CONFLICT, "A user blocks at most " + limit + " others at a time");
        }
    }
}
