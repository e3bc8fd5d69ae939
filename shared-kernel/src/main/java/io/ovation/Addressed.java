package io.ovation;

/** A command to an aggregate. */
public interface Addressed {
    /** The identifier of the aggregate. */
    String target();

    /** What to say when the aggregate has to exist already and does not. */
    Rejection whenMissing();
}
