/**
 * The generator's side of the wire: RSocket over WebSocket with as little CPU for each request and delivery as can be.
 */
@NullMarked
package io.ovation.bench.wire;

import org.jspecify.annotations.NullMarked;
