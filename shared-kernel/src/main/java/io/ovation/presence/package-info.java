/** Presence: who is there, on which node, and since when. */
@NullMarked
package io.ovation.presence;

import org.jspecify.annotations.NullMarked;
