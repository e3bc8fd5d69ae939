@NullMarked
package io.ovation.projection;

import org.jspecify.annotations.NullMarked;
