/**
 * The contract, held against the real jar in a process of its own, over real sockets.
 *
 * <p>{@link io.ovation.acceptance.OvationServer} is the process, {@link io.ovation.acceptance.People} are its clients:
 * an {@link io.ovation.acceptance.Api} speaks for one user over HTTP or RSocket, and {@link io.ovation.acceptance.Live}
 * is one stream, SSE or RSocket. A test that holds for both transports is written once and takes the
 * {@link io.ovation.acceptance.Transport} as its parameter. What the default settings do for shares one server
 * ({@link io.ovation.acceptance.SharedServer}); what kills, floods or restarts has its own.
 */
@NullMarked
package io.ovation.acceptance;

import org.jspecify.annotations.NullMarked;
