/** Presence as it is recorded: sessions that open and close. */
@NullMarked
package io.ovation.presence;

import org.jspecify.annotations.NullMarked;
