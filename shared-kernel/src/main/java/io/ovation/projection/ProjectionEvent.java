package io.ovation.projection;

import java.time.Instant;

import org.axonframework.serialization.Revision;

/**
 * What an admin has ordered about an event that the read models could not take. These records are the log: a change of
 * shape is a new revision, an upcaster and an approved file.
 */
public sealed interface ProjectionEvent {
    /** The id of that event. */
    String deadLetterId();

    /** Who ordered it. */
    String by();

    Instant at();

    /** It was to be tried again. */
    @Revision("1")
    record DeadLetterRetryOrdered(String deadLetterId, String by, Instant at) implements ProjectionEvent {}

    /** It was to be left out of the read models for good. */
    @Revision("1")
    record DeadLetterDropOrdered(String deadLetterId, String by, Instant at) implements ProjectionEvent {}
}
