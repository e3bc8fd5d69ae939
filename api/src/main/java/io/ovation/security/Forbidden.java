package io.ovation.security;

import io.ovation.ErrorCode;
import io.ovation.Rejection;

/** What the caller's token does not allow. */
public final class Forbidden extends Rejection {
    private static final long serialVersionUID = 1L;

    public Forbidden(String detail) {
        super(ErrorCode.FORBIDDEN, detail);
    }
}
