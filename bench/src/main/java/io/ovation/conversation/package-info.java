/**
 * Beside the aggregate's own package, since that is what the baseline and the micro-benchmarks measure and nobody else
 * may see.
 */
@NullMarked
package io.ovation.conversation;

import org.jspecify.annotations.NullMarked;
