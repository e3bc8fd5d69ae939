/**
 * The load program: it starts the real server, drives it over the real wire, checks that nothing was lost, and says how
 * fast it was.
 */
@NullMarked
package io.ovation.bench;

import org.jspecify.annotations.NullMarked;
