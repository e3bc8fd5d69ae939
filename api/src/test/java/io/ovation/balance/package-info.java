/** Balance over nodes that a test makes up, on a clock that it moves, and over real sockets. */
@NullMarked
package io.ovation.balance;

import org.jspecify.annotations.NullMarked;
