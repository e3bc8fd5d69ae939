package io.ovation;

/**
 * A reason not to start that the operator can do something about; implemented by exceptions, shown as one line, without
 * a stack trace.
 */
public interface StartupFailure {
    /** What is the matter and what to do, in one line. */
    String oneLine();
}
