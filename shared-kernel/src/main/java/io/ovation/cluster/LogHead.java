package io.ovation.cluster;

import java.util.concurrent.CompletionStage;

/** How far the log goes, whichever node has appended. For any number of threads; never blocks. */
@FunctionalInterface
public interface LogHead {
    /**
     * The position of the last event that was durable when this was asked, or of a later one; -1 while there is none.
     * Fails as {@link io.ovation.Unavailable} where it cannot be known.
     */
    CompletionStage<Long> now();
}
