package io.ovation.demo;

import org.jspecify.annotations.Nullable;

/** A reason not to go on that whoever called can do something about; the message is one line for them. */
public final class DemoFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DemoFailure(String message) {
        super(message);
    }

    public DemoFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
