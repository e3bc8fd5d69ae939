package io.ovation.presence;

/** Why a session ended; the constants are what stands in the log. */
public enum CloseReason {
    /** The last connection went, and nobody came back within the grace. */
    left,
    /** The node was stopped. */
    stopped,
    /** The node died without saying so: closed by its next start on the same data. */
    lost
}
