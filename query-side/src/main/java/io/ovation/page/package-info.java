/** How answers are cut into pages, for all contexts. */
@NullMarked
package io.ovation.page;

import org.jspecify.annotations.NullMarked;
