package io.ovation.inbox;

import java.time.Instant;

import io.ovation.NameBasedId;
import org.axonframework.commandhandling.RoutingKey;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** What can be asked of an inbox. */
public sealed interface InboxCommand {
    /**
     * Has a notification and all older ones be read; answers nothing. What is read stays read.
     *
     * @param user whose inbox, who is also who asks
     * @param notificationId the notification, which is known to be the user's
     * @param upTo the position in the log of the last event that it tells of ({@link InboxQuery.FindNotification})
     */
    record ReadInbox(String user, String notificationId, long upTo, Instant at) implements InboxCommand {
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
