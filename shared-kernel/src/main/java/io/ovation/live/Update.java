package io.ovation.live;

import org.jspecify.annotations.Nullable;

/**
 * One change of a topic, in the topic's own order.
 *
 * @param topic what changed
 * @param sequence the place in the topic's log, strictly ascending, not always without gaps; it becomes the cursor of
 *     the frame. Of a
 *     {@link Frame.State}: the position in the log of the event that made it so; the higher one of a key is the later
 *     one
 * @param frame what watchers are told
 * @param traceparent of the trace that it is a part of; null for none
 */
public record Update(Topic topic, long sequence, Frame frame, @Nullable String traceparent) {
    /** A change that is a part of no trace. */
    public Update(Topic topic, long sequence, Frame frame) {
        this(topic, sequence, frame, null);
    }

    /** The same change, as a part of that trace. */
    public Update tracedBy(String parent) {
        return new Update(topic, sequence, frame, parent);
    }
}
