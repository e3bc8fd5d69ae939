/** RSocket over real sockets. */
@NullMarked
package io.ovation.rsocket;

import org.jspecify.annotations.NullMarked;
