@NullMarked
package io.ovation.reference;

import org.jspecify.annotations.NullMarked;
