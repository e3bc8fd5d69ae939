/** The projections as an operator sees them. */
@NullMarked
package io.ovation.projection;

import org.jspecify.annotations.NullMarked;
