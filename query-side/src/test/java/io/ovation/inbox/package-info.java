@NullMarked
package io.ovation.inbox;

import org.jspecify.annotations.NullMarked;
