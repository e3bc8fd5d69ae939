/**
 * The language that every room speaks: who asks, what may be answered, and how a request is rejected.
 *
 * <p>Records and sealed types only; Axon's annotations, but no Spring and no driver.
 */
@NullMarked
package io.ovation;

import org.jspecify.annotations.NullMarked;
