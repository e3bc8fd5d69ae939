package io.ovation.commands;

/** How a command waits for those to the same aggregate that came before it. */
public enum Turn {
    /** It is handled after those before it, in a unit of work of its own. */
    ALONE,

    /**
     * Under load it is decided in one unit of work with others of its kind: one after the other, and durable together.
     * Its handler rejects before it applies anything, and looks up nothing that another of them has recorded, since the
     * log does not have that yet.
     */
    TOGETHER,

    /**
     * It records nothing, and only asks what the aggregate knows: it joins any unit of work, and takes the place of
     * none that records.
     */
    ASKING
}
