/** Decides: the conversation aggregate. */
@NullMarked
package io.ovation.conversation;

import org.jspecify.annotations.NullMarked;
