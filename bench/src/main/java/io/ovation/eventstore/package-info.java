/** Fills logs through the store's own append path. */
@NullMarked
package io.ovation.eventstore;

import org.jspecify.annotations.NullMarked;
