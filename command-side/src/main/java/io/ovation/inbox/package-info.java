/** Decides how far an inbox was read. */
@NullMarked
package io.ovation.inbox;

import org.jspecify.annotations.NullMarked;
