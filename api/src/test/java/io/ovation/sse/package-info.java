/** SSE over real sockets. */
@NullMarked
package io.ovation.sse;

import org.jspecify.annotations.NullMarked;
