/** Presence at the edge: who is connected to this node, and how others ask and watch. */
@NullMarked
package io.ovation.presence;

import org.jspecify.annotations.NullMarked;
