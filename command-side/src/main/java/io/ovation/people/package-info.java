/** Decides whom people block. */
@NullMarked
package io.ovation.people;

import org.jspecify.annotations.NullMarked;
