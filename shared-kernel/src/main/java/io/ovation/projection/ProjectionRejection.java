package io.ovation.projection;

import io.ovation.ErrorCode;
import io.ovation.Rejection;

/** Why an operator's request was turned down. */
public abstract sealed class ProjectionRejection extends Rejection {
    private static final long serialVersionUID = 1L;

    private ProjectionRejection(ErrorCode code, String detail) {
        super(code, detail);
    }

    public static final class AdminsOnly extends ProjectionRejection {
        private static final long serialVersionUID = 1L;

        public AdminsOnly() {
            super(ErrorCode.FORBIDDEN, "This needs the role admin");
        }
    }

    public static final class DeadLetterNotFound extends ProjectionRejection {
        private static final long serialVersionUID = 1L;

        public DeadLetterNotFound() {
            super(ErrorCode.NOT_FOUND, "There is no such dead letter");
        }
    }

    public static final class ProjectionNotFound extends ProjectionRejection {
        private static final long serialVersionUID = 1L;

        public ProjectionNotFound() {
            super(ErrorCode.NOT_FOUND, "There is no such projection");
        }
    }

    public static final class StillRefused extends ProjectionRejection {
        private static final long serialVersionUID = 1L;

        public StillRefused() {
            super(ErrorCode.CONFLICT, "It still cannot be taken; see its reason");
        }
    }
}
