package io.ovation.backup;

import org.jspecify.annotations.Nullable;

/** A back-up can't be taken, used or restored, and why: for the operator, in one line. */
final class BackupFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BackupFailed(String oneLine) {
        this(oneLine, null);
    }

    BackupFailed(String oneLine, @Nullable Throwable cause) {
        super(oneLine.replaceAll("\\s+", " ").strip(), cause);
    }
}
