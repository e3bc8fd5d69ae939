/** Decides: contents with their comments, reactions, and what is counted in memory before it is recorded. */
@NullMarked
package io.ovation.content;

import org.jspecify.annotations.NullMarked;
