/** Whom people block, for themselves to see. */
@NullMarked
package io.ovation.people;

import org.jspecify.annotations.NullMarked;
