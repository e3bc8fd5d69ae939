@NullMarked
package io.ovation.live;

import org.jspecify.annotations.NullMarked;
