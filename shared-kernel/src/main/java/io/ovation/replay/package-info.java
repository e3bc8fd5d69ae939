/** The log as analysts read it: what happened, exactly as it happened. */
@NullMarked
package io.ovation.replay;

import org.jspecify.annotations.NullMarked;
