/** What a watcher is told: topics, and the frames that are pushed on them. */
@NullMarked
package io.ovation.live;

import org.jspecify.annotations.NullMarked;
