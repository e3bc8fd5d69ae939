package io.ovation.live;

/**
 * One change of a topic, in the topic's own order.
 *
 * @param topic what changed
 * @param sequence the place in the topic's log, strictly ascending, not always without gaps; it becomes the cursor of the frame
 * @param frame what watchers are told
 */
public record Update(Topic topic, long sequence, Frame frame) {}
