package io.ovation.postgres;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

import io.ovation.StartupFailure;
import org.jspecify.annotations.Nullable;

/** The data directory can't be used, and why: for the operator, in one line. */
public final class DataDirectoryUnavailable extends RuntimeException implements StartupFailure {
    private static final long serialVersionUID = 1L;

    DataDirectoryUnavailable(String message) {
        this(message, null);
    }

    DataDirectoryUnavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * For what the system refused.
     *
     * @param what couldn't be done
     * @param e why, which is added in the operator's words and not in Java's
     */
    static DataDirectoryUnavailable because(String what, IOException e) {
        return new DataDirectoryUnavailable(what + ": " + reason(e), e);
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "permission denied for " + denied.getFile();
            case FileAlreadyExistsException file -> file.getFile() + " is a file";
            case NoSuchFileException missing -> missing.getFile() + " is missing";
            case FileSystemException other when other.getReason() != null -> other.getFile() + ": " + other.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    @Override
    public String oneLine() {
        return String.valueOf(getMessage()).replaceAll("\\s+", " ").strip();
    }
}
