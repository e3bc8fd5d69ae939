/** Live streams of topics, before a log that a test writes. */
@NullMarked
package io.ovation.live;

import org.jspecify.annotations.NullMarked;
