/** The real event store, for tests of what reads it. */
@NullMarked
package io.ovation.eventstore;

import org.jspecify.annotations.NullMarked;
