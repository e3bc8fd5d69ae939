package io.ovation.conversation;

import java.time.Instant;
import java.util.List;

import io.ovation.AppData;
import io.ovation.NameBasedId;
import io.ovation.UniqueEvent;
import org.axonframework.serialization.Revision;
import org.jspecify.annotations.Nullable;

/**
 * What has happened in a conversation. These records are the log: a change of shape is a new revision, an upcaster and
 * an approved file.
 *
 * <p>What is told to watchers is one frame each; not told are {@link ConversationOpened}, and bans and mutes, which are
 * between the owners, the moderators and who is concerned: that a ban removed a member is a {@link MemberRemoved}.
 */
public sealed interface ConversationEvent {
    String conversationId();

    /**
     * A conversation was opened.
     *
     * @param owner who opened it
     * @param members the others
     * @param joining {@code invited} in events of revision 1, which do not say it
     * @param data the app's own; null in events of revision 1
     */
    @Revision("2")
    record ConversationOpened(
            String conversationId,
            Kind kind,
            @Nullable String title,
            String owner,
            List<String> members,
            Posting posting,
            Instant openedAt,
            Joining joining,
            @Nullable AppData data)
            implements ConversationEvent, UniqueEvent {
        @SuppressWarnings("NullAway") // it is, in an event of revision 1
        public ConversationOpened {
            joining = joining == null ? Joining.invited : joining;
        }

        /** Without what revision 1 did not say. */
        public ConversationOpened(
                String conversationId,
                Kind kind,
                @Nullable String title,
                String owner,
                List<String> members,
                Posting posting,
                Instant openedAt) {
            this(conversationId, kind, title, owner, members, posting, openedAt, Joining.invited, null);
        }

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

    /**
     * What a conversation is was changed: says what has changed, and null of the rest.
     *
     * @param slowMode seconds between two messages of one member; 0 for none
     */
    @Revision("1")
    record ConversationChanged(
            String conversationId,
            @Nullable String title,
            @Nullable Posting posting,
            @Nullable Joining joining,
            @Nullable AppData data,
            @Nullable Integer slowMode,
            String by,
            Instant at)
            implements ConversationEvent {}

    /** A user became a member, or a member has another role now. */
    @Revision("1")
    record MemberAdded(String conversationId, String user, Role role, String by, Instant at)
            implements ConversationEvent {}

    /** A member was removed, or left. */
    @Revision("1")
    record MemberRemoved(String conversationId, String user, String by, Instant at) implements ConversationEvent {}

    /**
     * Someone is kept out. If they were a member, {@link MemberRemoved} follows.
     *
     * @param until when it ends, without an event; null for never
     */
    @Revision("1")
    record MemberBanned(
            String conversationId,
            String user,
            @Nullable Instant until,
            @Nullable String reason,
            String by,
            Instant at)
            implements ConversationEvent {}

    /** Someone is kept out no more. */
    @Revision("1")
    record BanLifted(String conversationId, String user, String by, Instant at) implements ConversationEvent {}

    /**
     * Someone is kept from sending and editing.
     *
     * @param until when it ends, without an event; null for never
     */
    @Revision("1")
    record MemberMuted(String conversationId, String user, @Nullable Instant until, String by, Instant at)
            implements ConversationEvent {}

    /** Someone may send and edit again. */
    @Revision("1")
    record MuteLifted(String conversationId, String user, String by, Instant at) implements ConversationEvent {}

    /**
     * A message was sent.
     *
     * @param replyToSender the author of the message that is replied to; null where there is none, or one who may not
     *     read the conversation any more, and in events
     *     of revision 1
     * @param recipient the other one of a direct conversation; null in every other, where the sender is neither of the
     *     two, and in events of revision 1
     * @param data the app's own; null in events before revision 3
     */
    @Revision("3")
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
            @Nullable String recipient,
            @Nullable AppData data)
            implements ConversationEvent, UniqueEvent {
        /** Without data. */
        public MessageSent(
                String conversationId,
                String messageId,
                long seq,
                String sender,
                String body,
                @Nullable String replyTo,
                List<String> mentions,
                Instant sentAt,
                @Nullable String replyToSender,
                @Nullable String recipient) {
            this(
                    conversationId,
                    messageId,
                    seq,
                    sender,
                    body,
                    replyTo,
                    mentions,
                    sentAt,
                    replyToSender,
                    recipient,
                    null);
        }

        @Override
        public String uniqueId() {
            return messageId;
        }
    }

    /**
     * The text of a message was replaced by its author.
     *
     * @param data the app's own, as it is from then on; null where there is none, where the message is old and keeps
     *     what it has, and in events of revision 1
     */
    @Revision("2")
    record MessageEdited(
            String conversationId,
            String messageId,
            long seq,
            String body,
            String by,
            Instant editedAt,
            @Nullable AppData data)
            implements ConversationEvent {
        /** Without data. */
        public MessageEdited(
                String conversationId, String messageId, long seq, String body, String by, Instant editedAt) {
            this(conversationId, messageId, seq, body, by, editedAt, null);
        }
    }

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
