/** The log, as analysts read it: on the real store, and at the edge. */
@NullMarked
package io.ovation.replay;

import org.jspecify.annotations.NullMarked;
