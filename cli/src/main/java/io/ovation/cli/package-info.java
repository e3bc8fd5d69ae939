/** The command line. */
@NullMarked
package io.ovation.cli;

import org.jspecify.annotations.NullMarked;
