/** The server in numbers, for those who operate it: a listener of its own, which no client reaches. */
@NullMarked
package io.ovation.metrics;

import org.jspecify.annotations.NullMarked;
