/** What the rooms need to know of the other nodes. */
@NullMarked
package io.ovation.cluster;

import org.jspecify.annotations.NullMarked;
