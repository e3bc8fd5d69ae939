package io.ovation.live;

import org.jspecify.annotations.Nullable;

/**
 * An update of a topic, encoded.
 *
 * @param removed the user that it removed from the topic's members; null for any other update
 */
record TopicFrame(long sequence, WireFrame frame, @Nullable String removed) {}
