/** How JSON is written to clients. */
@NullMarked
package io.ovation.json;

import org.jspecify.annotations.NullMarked;
