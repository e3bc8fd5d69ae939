/** What an admin decides about who may come in. */
@NullMarked
package io.ovation.access;

import org.jspecify.annotations.NullMarked;
