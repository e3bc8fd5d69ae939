/** Presence as it is read: who is there, and who may know. */
@NullMarked
package io.ovation.presence;

import org.jspecify.annotations.NullMarked;
