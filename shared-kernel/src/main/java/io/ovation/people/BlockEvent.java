package io.ovation.people;

import java.time.Instant;

import org.axonframework.serialization.Revision;

/**
 * What has happened to whom a user blocks. These records are the log: a change of shape is a new revision, an upcaster
 * and an approved file.
 */
public sealed interface BlockEvent {
    /** Who blocks. */
    String user();

    /** Who is, or was, blocked. */
    String blocked();

    Instant at();

    @Revision("1")
    record UserBlocked(String user, String blocked, Instant at) implements BlockEvent {}

    @Revision("1")
    record UserUnblocked(String user, String blocked, Instant at) implements BlockEvent {}
}
