/** Decides what admins may decide about who comes in, and records it. */
@NullMarked
package io.ovation.access;

import org.jspecify.annotations.NullMarked;
