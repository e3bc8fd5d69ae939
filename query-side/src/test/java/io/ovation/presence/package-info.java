@NullMarked
package io.ovation.presence;

import org.jspecify.annotations.NullMarked;
