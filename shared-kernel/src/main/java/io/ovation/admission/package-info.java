/** Who may go on when not all can. */
@NullMarked
package io.ovation.admission;

import org.jspecify.annotations.NullMarked;
