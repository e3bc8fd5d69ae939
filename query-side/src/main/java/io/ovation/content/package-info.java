/** Contents as they are read: the feed, comments, counters, who liked what, and what watchers are told. */
@NullMarked
package io.ovation.content;

import org.jspecify.annotations.NullMarked;
