/** Records what admins order about the read models. */
@NullMarked
package io.ovation.projection;

import org.jspecify.annotations.NullMarked;
