/** Remembers: the event store on PostgreSQL, its group commit, and the log as a stream that is woken by each append. */
@NullMarked
package io.ovation.eventstore;

import org.jspecify.annotations.NullMarked;
