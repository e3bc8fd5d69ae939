package io.ovation.content;

import io.ovation.ErrorCode;
import io.ovation.Rejection;

/** Why a content turned a request down. */
public abstract sealed class ContentRejection extends Rejection {
    private static final long serialVersionUID = 1L;

    private ContentRejection(ErrorCode code, String detail) {
        super(code, detail);
    }

    /** It never was, or was retracted. */
    public static final class ContentNotFound extends ContentRejection {
        private static final long serialVersionUID = 1L;

        public ContentNotFound() {
            super(ErrorCode.NOT_FOUND, "There is no such content");
        }
    }

    public static final class CommentNotFound extends ContentRejection {
        private static final long serialVersionUID = 1L;

        public CommentNotFound() {
            super(ErrorCode.NOT_FOUND, "There is no such comment on this content");
        }
    }

    public static final class NotTheAuthor extends ContentRejection {
        private static final long serialVersionUID = 1L;

        public NotTheAuthor(String detail) {
            super(ErrorCode.FORBIDDEN, detail);
        }
    }

    /** An id that another request used: another text, another user, or elsewhere. */
    public static final class IdTaken extends ContentRejection {
        private static final long serialVersionUID = 1L;

        public IdTaken(String field) {
            super(ErrorCode.CONFLICT, "This " + field + " was used for another request");
        }
    }

    /** A reaction to what has no text any more. */
    public static final class TargetWasRedacted extends ContentRejection {
        private static final long serialVersionUID = 1L;

        public TargetWasRedacted() {
            super(ErrorCode.CONFLICT, "What was redacted cannot be reacted to");
        }
    }
}
