/** The log, read from its table for analysts: page by page, as it is asked for. */
@NullMarked
package io.ovation.replay;

import org.jspecify.annotations.NullMarked;
