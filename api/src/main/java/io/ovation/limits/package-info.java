/** How much one user or one address may ask for. */
@NullMarked
package io.ovation.limits;

import org.jspecify.annotations.NullMarked;
