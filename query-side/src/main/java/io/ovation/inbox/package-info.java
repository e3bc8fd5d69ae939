/** What concerns a user, made of the other contexts' events: notifications, folded while they are not read. */
@NullMarked
package io.ovation.inbox;

import org.jspecify.annotations.NullMarked;
