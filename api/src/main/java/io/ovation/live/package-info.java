/** Live streams at the edge: one subscription a topic, any number of watchers, each frame encoded once. */
@NullMarked
package io.ovation.live;

import org.jspecify.annotations.NullMarked;
