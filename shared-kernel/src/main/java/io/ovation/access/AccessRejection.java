package io.ovation.access;

import io.ovation.ErrorCode;
import io.ovation.Rejection;

/** Why a decision about who may come in was turned down. */
public abstract sealed class AccessRejection extends Rejection {
    private static final long serialVersionUID = 1L;

    private AccessRejection(ErrorCode code, String detail) {
        super(code, detail);
    }

    public static final class AdminsOnly extends AccessRejection {
        private static final long serialVersionUID = 1L;

        public AdminsOnly() {
            super(ErrorCode.FORBIDDEN, "This needs the role admin");
        }
    }
}
