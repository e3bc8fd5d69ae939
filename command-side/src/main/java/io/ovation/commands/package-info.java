/**
 * How commands reach their handlers: the bus, admission, joining, second tries, and what is kept in memory for them.
 */
@NullMarked
package io.ovation.commands;

import org.jspecify.annotations.NullMarked;
