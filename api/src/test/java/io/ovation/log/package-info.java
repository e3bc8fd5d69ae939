/** The ids of the log, on the real store. */
@NullMarked
package io.ovation.log;

import org.jspecify.annotations.NullMarked;
