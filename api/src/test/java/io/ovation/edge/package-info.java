/** The whole edge, over real sockets, before two sides that answer as a test says. */
@NullMarked
package io.ovation.edge;

import org.jspecify.annotations.NullMarked;
