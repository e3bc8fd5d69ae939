package io.ovation.inbox;

import java.time.Instant;

import org.axonframework.serialization.Revision;
import org.jspecify.annotations.Nullable;

/**
 * What has happened to an inbox. These records are the log: a change of shape is a new revision, an upcaster and an
 * approved file.
 */
public sealed interface InboxEvent {
    String user();

    /**
     * Notifications were read: those that tell of nothing after a position, or those that began up to one.
     *
     * @param notificationId the latest of them
     * @param upTo all were read that told of nothing after this position in the log; -1 for none
     * @param first all were read whose first event is not after this position, also what had folded into them since;
     *     null for none, as always in revision 1
     */
    @Revision("2")
    record InboxRead(
            String user,
            String notificationId,
            long upTo,
            @Nullable Long first,
            Instant at)
            implements InboxEvent {}
}
