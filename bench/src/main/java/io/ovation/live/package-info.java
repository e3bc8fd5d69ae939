/** Beside the emitter's own package. */
@NullMarked
package io.ovation.live;

import org.jspecify.annotations.NullMarked;
