package io.ovation.presence;

import io.ovation.ErrorCode;
import io.ovation.Rejection;

/** Why a session turned a command down. */
public abstract sealed class SessionRejection extends Rejection {
    private static final long serialVersionUID = 1L;

    private SessionRejection(ErrorCode code, String detail) {
        super(code, detail);
    }

    public static final class SessionNotFound extends SessionRejection {
        private static final long serialVersionUID = 1L;

        public SessionNotFound() {
            super(ErrorCode.NOT_FOUND, "There is no such session");
        }
    }

    /** The id is another session's. */
    public static final class SessionTaken extends SessionRejection {
        private static final long serialVersionUID = 1L;

        public SessionTaken() {
            super(ErrorCode.CONFLICT, "This sessionId was used for another session");
        }
    }
}
