/** Whom the caller blocks, over the wire. */
@NullMarked
package io.ovation.people;

import org.jspecify.annotations.NullMarked;
