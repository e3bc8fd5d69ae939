package io.ovation.http;

import java.time.Duration;
import java.util.List;

import io.ovation.ErrorCode;
import io.ovation.Rejection;

/** What only HTTP can get wrong. */
abstract sealed class HttpRejection extends Rejection {
    private static final long serialVersionUID = 1L;

    private HttpRejection(ErrorCode code, String detail) {
        super(code, detail);
    }

    static final class NothingHere extends HttpRejection {
        private static final long serialVersionUID = 1L;

        NothingHere() {
            super(ErrorCode.NOT_FOUND, "There is nothing at this address");
        }
    }

    /** The path is known, but not with this method: the one error whose status is not that of its code. */
    static final class MethodLacking extends HttpRejection {
        private static final long serialVersionUID = 1L;

        private final transient List<String> allowed;

        /** @param allowed the methods that the path has; empty where that is not known */
        MethodLacking(List<String> allowed) {
            super(ErrorCode.NOT_FOUND, "This address has no such method");
            this.allowed = List.copyOf(allowed);
        }

        List<String> allowed() {
            return allowed;
        }
    }

    static final class TooLarge extends HttpRejection {
        private static final long serialVersionUID = 1L;

        TooLarge(long limit) {
            super(ErrorCode.PAYLOAD_TOO_LARGE, "A request has at most " + limit + " bytes");
        }
    }

    static final class HeadTooLarge extends HttpRejection {
        private static final long serialVersionUID = 1L;

        HeadTooLarge() {
            super(ErrorCode.PAYLOAD_TOO_LARGE, "The address or the headers are too long");
        }
    }

    static final class MediaType extends HttpRejection {
        private static final long serialVersionUID = 1L;

        MediaType() {
            super(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "A body must be application/json in UTF-8, not compressed");
        }
    }

    /** A request that has begun and does not come to its end; the status is 408. */
    static final class NotInTime extends HttpRejection {
        private static final long serialVersionUID = 1L;

        NotInTime(Duration limit) {
            super(
                    ErrorCode.VALIDATION_FAILED,
                    "A request must be complete within " + limit.toSeconds() + " s of its first byte");
        }
    }
}
