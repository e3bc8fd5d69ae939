package io.ovation.inbox;

import java.time.Instant;

import org.axonframework.serialization.Revision;

/**
 * What has happened to an inbox. These records are the log: a change of shape is a new revision, an upcaster and an
 * approved file.
 */
public sealed interface InboxEvent {
    String user();

    /**
     * A notification and all older ones were read.
     *
     * @param upTo the position in the log of the last event that it told of then: whatever tells of nothing later is
     *     read
     */
    @Revision("1")
    record InboxRead(String user, String notificationId, long upTo, Instant at) implements InboxEvent {}
}
