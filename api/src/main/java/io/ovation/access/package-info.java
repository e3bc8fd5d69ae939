/** What admins decide about who may come in: served over HTTP, and read from the log of every node. */
@NullMarked
package io.ovation.access;

import org.jspecify.annotations.NullMarked;
