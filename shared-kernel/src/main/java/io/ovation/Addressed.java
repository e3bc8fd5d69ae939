package io.ovation;

/** A command to something that has to exist already. */
public interface Addressed {
    /** What to say when it does not. */
    Rejection whenMissing();
}
