/** Back-ups of a data directory with an embedded log: taken while the server runs, verified, restored. */
@NullMarked
package io.ovation.backup;

import org.jspecify.annotations.NullMarked;
