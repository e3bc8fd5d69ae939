package io.ovation.replay;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Which events of the log are asked for. What is null or empty lets everything through.
 *
 * @param from the earliest timestamp, inclusive
 * @param to the latest timestamp, exclusive
 * @param types simple names of events, such as {@code MessageSent}
 * @param aggregate the id of one aggregate
 */
public record EventFilter(
        @Nullable Instant from,
        @Nullable Instant to,
        List<String> types,
        @Nullable String aggregate) {
    /** Lets every event through. */
    public static final EventFilter ALL = new EventFilter(null, null, List.of(), null);

    public EventFilter {
        types = List.copyOf(types);
    }
}
