package io.ovation.live;

import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * An update of a topic, encoded.
 *
 * @param frame null where nothing is told on the wire
 * @param asksAgain who has to be authorised again before anything else is told
 */
record TopicFrame(long sequence, @Nullable WireFrame frame, Predicate<String> asksAgain) {
    /** The sequence of a state among what was missed: it has no place, and comes last. */
    static final long NO_PLACE = Long.MAX_VALUE;

    static final Predicate<String> NOBODY = user -> false;
    static final Predicate<String> EVERYBODY = user -> true;

    /** The size on the wire, in bytes. */
    int size() {
        return frame == null ? 0 : frame.json().length;
    }
}
