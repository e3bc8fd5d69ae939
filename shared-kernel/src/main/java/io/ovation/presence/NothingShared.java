package io.ovation.presence;

import io.ovation.ErrorCode;
import io.ovation.Rejection;

/** Somebody was asked for whom the caller shares no conversation with; whether there is such a person is not said. */
public final class NothingShared extends Rejection {
    private static final long serialVersionUID = 1L;

    public NothingShared() {
        super(ErrorCode.FORBIDDEN, "You share no conversation with one of these people");
    }
}
