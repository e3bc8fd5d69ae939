package io.ovation.live;

/**
 * One change of a topic, in the topic's own order.
 *
 * @param topic what changed
 * @param sequence the place in the topic's log, strictly ascending, not always without gaps; it becomes the cursor of
 *     the frame. Of a
 *     {@link Frame.State}: the position in the log of the event that made it so; the higher one of a key is the later
 *     one
 * @param frame what watchers are told
 */
public record Update(Topic topic, long sequence, Frame frame) {}
