/** What concerns a user, on the wire. */
@NullMarked
package io.ovation.inbox;

import org.jspecify.annotations.NullMarked;
