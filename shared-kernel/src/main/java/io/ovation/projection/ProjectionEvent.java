package io.ovation.projection;

import java.time.Instant;

import org.axonframework.serialization.Revision;

/**
 * What an admin has ordered about the read models. These records are the log: a change of shape is a new revision, an
 * upcaster and an approved file.
 */
public sealed interface ProjectionEvent {
    /** About an event that they could not take. */
    sealed interface OfDeadLetter extends ProjectionEvent {
        /** The id of that event. */
        String deadLetterId();
    }

    /** Who ordered it. */
    String by();

    Instant at();

    /** It was to be tried again. */
    @Revision("1")
    record DeadLetterRetryOrdered(String deadLetterId, String by, Instant at) implements OfDeadLetter {}

    /** It was to be left out of the read models for good. */
    @Revision("1")
    record DeadLetterDropOrdered(String deadLetterId, String by, Instant at) implements OfDeadLetter {}

    /** The documents of a projection were to be built anew. */
    @Revision("1")
    record RebuildOrdered(String projection, String by, Instant at) implements ProjectionEvent {}
}
