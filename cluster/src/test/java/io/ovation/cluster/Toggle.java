package io.ovation.cluster;

import io.ovation.Addressed;
import io.ovation.ErrorCode;
import io.ovation.Rejection;

/** A command of the tests. */
record Toggle(String target, String text) implements Addressed {
    @Override
    public Rejection whenMissing() {
        return new Rejection(ErrorCode.NOT_FOUND, "There is none") {
            private static final long serialVersionUID = 1L;
        };
    }
}
