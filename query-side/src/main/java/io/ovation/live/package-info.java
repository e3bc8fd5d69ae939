/** Live push: who watches which topic, the processor that turns events into updates, and what was missed. */
@NullMarked
package io.ovation.live;

import org.jspecify.annotations.NullMarked;
