package io.ovation.conversation;

import java.time.Instant;
import java.util.List;

import io.ovation.NameBasedId;
import io.ovation.UniqueEvent;
import org.axonframework.serialization.Revision;
import org.jspecify.annotations.Nullable;

/**
 * What has happened in a conversation. These records are the log: a change of shape is a new revision, an upcaster and
 * an approved file.
 *
 * <p>Each but {@link ConversationOpened} is told to watchers as one frame.
 */
public sealed interface ConversationEvent {
    String conversationId();

    /**
     * A conversation was opened.
     *
     * @param owner who opened it
     * @param members the others
     */
    @Revision("1")
    record ConversationOpened(
            String conversationId,
            Kind kind,
            @Nullable String title,
            String owner,
            List<String> members,
            Posting posting,
            Instant openedAt)
            implements ConversationEvent, UniqueEvent {
        /**
         * The pair's own id for a direct conversation, so that a pair has one; else an id made from the conversation's.
         */
        @Override
        public String uniqueId() {
            return kind == Kind.direct
                    ? pairId(owner, members.getFirst())
                    : NameBasedId.reserved("opened", conversationId);
        }

        /** The id of a pair of users, whichever of them asks. */
        public static String pairId(String one, String other) {
            return one.compareTo(other) <= 0
                    ? NameBasedId.reserved("direct", one, other)
                    : NameBasedId.reserved("direct", other, one);
        }
    }

    /** A user became a member, or a member has another role now. */
    @Revision("1")
    record MemberAdded(String conversationId, String user, Role role, String by, Instant at)
            implements ConversationEvent {}

    /** A member was removed, or left. */
    @Revision("1")
    record MemberRemoved(String conversationId, String user, String by, Instant at) implements ConversationEvent {}

    /**
     * A message was sent.
     *
     * @param replyToSender the author of the message that is replied to; null where there is none, or one who may not
     *     read the conversation any more, and in events
     *     of revision 1
     * @param recipient the other one of a direct conversation; null in every other, where the sender is neither of the
     *     two, and in events of revision 1
     */
    @Revision("2")
    record MessageSent(
            String conversationId,
            String messageId,
            long seq,
            String sender,
            String body,
            @Nullable String replyTo,
            List<String> mentions,
            Instant sentAt,
            @Nullable String replyToSender,
            @Nullable String recipient)
            implements ConversationEvent, UniqueEvent {
        @Override
        public String uniqueId() {
            return messageId;
        }
    }

    /** The text of a message was replaced by its author. */
    @Revision("1")
    record MessageEdited(String conversationId, String messageId, long seq, String body, String by, Instant editedAt)
            implements ConversationEvent {}

    /** The text of a message was taken from everyone's sight. */
    @Revision("1")
    record MessageRedacted(String conversationId, String messageId, long seq, String by, Instant at)
            implements ConversationEvent, UniqueEvent {
        @Override
        public String uniqueId() {
            return redactionId(messageId);
        }

        /** The id of a message's redaction, of which there is at most one. */
        public static String redactionId(String messageId) {
            return NameBasedId.reserved("redaction", messageId);
        }
    }
}
