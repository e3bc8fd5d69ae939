@NullMarked
package io.ovation.content;

import org.jspecify.annotations.NullMarked;
