/** Traces: which spans there are, in the words of every room. */
@NullMarked
package io.ovation.trace;

import org.jspecify.annotations.NullMarked;
