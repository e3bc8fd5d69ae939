/** Which log it is, and whether a place that was told once is a place of it still. */
@NullMarked
package io.ovation.log;

import org.jspecify.annotations.NullMarked;
