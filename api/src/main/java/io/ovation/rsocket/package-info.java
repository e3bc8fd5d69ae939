/**
 * RSocket over WebSocket: one connection of our own under rsocket-java, which joins what waits into one write and
 * bounds it, and one responder over all features.
 */
@NullMarked
package io.ovation.rsocket;

import org.jspecify.annotations.NullMarked;
