package io.ovation.inbox;

import java.time.Instant;

import io.ovation.NameBasedId;
import org.axonframework.commandhandling.RoutingKey;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** What can be asked of an inbox. */
public sealed interface InboxCommand {
    /**
     * Has notifications be read: those that tell of nothing after a position, or those that began up to one; answers
     * nothing. What is read stays read.
     *
     * @param user whose inbox, who is also who asks
     * @param notificationId the latest of them, which is known to be the user's
     * @param upTo all are read that tell of nothing after this position in the log; -1 for none
     * @param first all are read whose first event is not after this position; null for none
     */
    record ReadInbox(
            String user,
            String notificationId,
            long upTo,
            @Nullable Long first,
            Instant at)
            implements InboxCommand {
        @TargetAggregateIdentifier
        @RoutingKey
        public String inboxId() {
            return inboxId(user);
        }

        /** The id of a user's inbox. */
        public static String inboxId(String user) {
            return NameBasedId.reserved("inbox", user);
        }
    }
}
