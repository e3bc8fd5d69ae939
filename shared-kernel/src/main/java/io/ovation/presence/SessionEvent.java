package io.ovation.presence;

import java.time.Instant;

import org.axonframework.serialization.Revision;

/**
 * What has happened to a session: transitions only, never a heartbeat. These records are the log: a change of shape is
 * a new revision, an upcaster and an approved file.
 */
public sealed interface SessionEvent {
    String sessionId();

    String user();

    Instant at();

    /** A user came to a node where they had not been. */
    @Revision("1")
    record SessionOpened(String sessionId, String user, String node, Instant at) implements SessionEvent {}

    /** A user is on that node no more. */
    @Revision("1")
    record SessionClosed(String sessionId, String user, String node, CloseReason reason, Instant at)
            implements SessionEvent {}
}
