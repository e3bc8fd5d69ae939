package io.ovation.sequence;

/** Where an aggregate's event stands in the whole log. Thread-safe; may block for one indexed look into the log. */
@FunctionalInterface
public interface EventPositions {
    /** The position of an aggregate's event with that sequence number; below every position where there is none. */
    long of(String aggregateId, long sequence);
}
