/** Features, told once: what the HTTP, SSE and RSocket edges serve, each in its own way. */
@NullMarked
package io.ovation.operation;

import org.jspecify.annotations.NullMarked;
