package io.ovation.access;

import java.time.Instant;

import org.axonframework.serialization.Revision;

/**
 * What an admin has decided about who may come in. These records are the log: a change of shape is a new revision, an
 * upcaster and an approved file.
 */
public sealed interface AccessEvent {
    /** Who decided. */
    String by();

    Instant at();

    /** The tokens of a user that were issued up to that moment count no more. */
    @Revision("1")
    record UserSignedOut(String user, String by, Instant at) implements AccessEvent {}
}
