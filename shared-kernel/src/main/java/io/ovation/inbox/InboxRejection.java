package io.ovation.inbox;

import io.ovation.ErrorCode;
import io.ovation.Rejection;

/** Why an inbox turned a request down. */
public abstract sealed class InboxRejection extends Rejection {
    private static final long serialVersionUID = 1L;

    private InboxRejection(ErrorCode code, String detail) {
        super(code, detail);
    }

    /** There is none with that id in the caller's inbox: another's is none, too. */
    public static final class NotificationNotFound extends InboxRejection {
        private static final long serialVersionUID = 1L;

        public NotificationNotFound() {
            super(ErrorCode.NOT_FOUND, "There is no such notification");
        }
    }

    public static final class NotYours extends InboxRejection {
        private static final long serialVersionUID = 1L;

        public NotYours() {
            super(ErrorCode.FORBIDDEN, "An inbox is its owner's alone");
        }
    }
}
