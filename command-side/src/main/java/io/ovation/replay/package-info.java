/** Readings of the log, recorded in it. */
@NullMarked
package io.ovation.replay;

import org.jspecify.annotations.NullMarked;
