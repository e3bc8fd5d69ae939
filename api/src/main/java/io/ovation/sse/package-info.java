/** Live streams as Server-Sent Events. */
@NullMarked
package io.ovation.sse;

import org.jspecify.annotations.NullMarked;
