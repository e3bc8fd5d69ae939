/** Content and engagement on the wire. */
@NullMarked
package io.ovation.content;

import org.jspecify.annotations.NullMarked;
