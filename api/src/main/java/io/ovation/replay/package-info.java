/** The log, for analysts. */
@NullMarked
package io.ovation.replay;

import org.jspecify.annotations.NullMarked;
