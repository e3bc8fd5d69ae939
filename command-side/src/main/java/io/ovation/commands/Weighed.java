package io.ovation.commands;

/** An aggregate that grows with what it remembers, and so counts by that in its cache. */
public interface Weighed {
    /** About how many bytes it takes; cheap, since it is asked after each command. */
    int weight();
}
