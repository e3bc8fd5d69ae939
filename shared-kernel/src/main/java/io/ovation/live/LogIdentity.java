package io.ovation.live;

/**
 * Which log this is. A log that may have been set back, by a restore from a back-up for one, gets another id before it
 * grows again, so that a place in it is known to be of before or after. Any thread may ask.
 */
@FunctionalInterface
public interface LogIdentity {
    /**
     * The id of the log as this node knows it: 16 hexadecimal digits, and never older than the last event that this
     * node was told of. Does not block.
     */
    String current();
}
