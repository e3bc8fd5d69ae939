/** What concerns a user: notifications, and how far they were read. */
@NullMarked
package io.ovation.inbox;

import org.jspecify.annotations.NullMarked;
