/** What the tests of this room share. */
@NullMarked
package io.ovation;

import org.jspecify.annotations.NullMarked;
