package io.ovation.rsocket;

import io.ovation.ErrorCode;
import io.ovation.Rejection;

/** A request in pieces that has become too large. */
final class TooLarge extends Rejection {
    private static final long serialVersionUID = 1L;

    TooLarge(int limit) {
        super(ErrorCode.PAYLOAD_TOO_LARGE, "A request has at most " + limit + " bytes");
    }
}
