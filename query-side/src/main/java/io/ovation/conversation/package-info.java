/** Conversations as they are read: the projection, the queries, and what watchers are told. */
@NullMarked
package io.ovation.conversation;

import org.jspecify.annotations.NullMarked;
