/** A client of Ovation's wire contract: tokens, requests and streams over RSocket-WebSocket, with resume. */
@NullMarked
package io.ovation.client;

import org.jspecify.annotations.NullMarked;
