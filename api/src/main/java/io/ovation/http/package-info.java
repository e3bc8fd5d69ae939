/** HTTP: the features' operations, problems, and what surrounds them. */
@NullMarked
package io.ovation.http;

import org.jspecify.annotations.NullMarked;
