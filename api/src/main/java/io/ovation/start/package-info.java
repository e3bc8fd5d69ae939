/** How the server starts, or says in one line why it does not. */
@NullMarked
package io.ovation.start;

import org.jspecify.annotations.NullMarked;
