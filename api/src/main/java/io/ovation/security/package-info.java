/** Who asks: tokens verified once for every transport, and what an unknown peer may reach. */
@NullMarked
package io.ovation.security;

import org.jspecify.annotations.NullMarked;
