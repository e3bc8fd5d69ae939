package io.ovation.live;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.ovation.AppData;
import io.ovation.conversation.ConversationQuery.MessageView;
import io.ovation.conversation.Joining;
import io.ovation.conversation.ListChange;
import io.ovation.conversation.Posting;
import io.ovation.conversation.Role;
import io.ovation.inbox.NotificationKind;
import io.ovation.inbox.NotificationTarget;
import org.jspecify.annotations.Nullable;

/** What watchers are told; the fields are those of the contract, and {@link #type()} is written beside them. */
public sealed interface Frame {
    /** The word of the contract for this frame. */
    String type();

    /**
     * A frame that has no cursor: of each key the latest one wins, and the current ones stand at the start of every
     * stream, but for those that are told only as they change.
     */
    sealed interface State extends Frame {
        /** What of the topic it is the state of; unique within the topic. */
        String key();

        /** Whether the current one stands at the start of a stream; else only those that change while it is watched. */
        default boolean standsAtStart() {
            return true;
        }

        /** Who is not told, though watching; null for nobody. */
        default @Nullable String notFor() {
            return null;
        }
    }

    /** A frame that says the text of an entry of its topic. */
    sealed interface WithText extends Frame {
        /** The entry's number. */
        long seq();

        /** True where the text was redacted since, and is not here. */
        @Nullable
        Boolean redacted();

        /** What is told of it once the text is redacted. */
        Frame withoutText();
    }

    /** The text of an entry of the topic was taken from sight. */
    sealed interface Redaction extends Frame {
        /** The entry's number. */
        long seq();
    }

    /** From here on a state of the topic is none any more: nobody who comes later is told of it. */
    sealed interface Ending extends Frame {
        /** The {@link State#key()} of that state. */
        String ends();
    }

    /** A message was sent. {@code redacted} is true, and {@code body} null, when it was redacted since. */
    record Message(
            String conversationId,
            String messageId,
            long seq,
            String sender,
            @Nullable String body,
            Instant sentAt,
            @Nullable String replyTo,
            @Nullable List<String> mentions,
            @Nullable AppData data,
            @Nullable Boolean redacted)
            implements WithText {
        @Override
        public String type() {
            return "message";
        }

        @Override
        public Frame withoutText() {
            return new Message(conversationId, messageId, seq, sender, null, sentAt, replyTo, null, null, true);
        }
    }

    /** A message's text was replaced. */
    record MessageEdited(
            String conversationId,
            String messageId,
            long seq,
            @Nullable String body,
            Instant editedAt,
            @Nullable AppData data,
            @Nullable Boolean redacted)
            implements WithText {
        @Override
        public String type() {
            return "message-edited";
        }

        @Override
        public Frame withoutText() {
            return new MessageEdited(conversationId, messageId, seq, null, editedAt, null, true);
        }
    }

    /** What a conversation is has changed: says what has, and null of the rest. */
    record ConversationChanged(
            String conversationId,
            @Nullable String title,
            @Nullable Posting posting,
            @Nullable Joining joining,
            @Nullable AppData data,
            @Nullable Integer slowMode)
            implements Frame {
        @Override
        public String type() {
            return "conversation-changed";
        }
    }

    /** A message's text was taken from sight. */
    record MessageRedacted(String conversationId, String messageId, long seq) implements Redaction {
        @Override
        public String type() {
            return "message-redacted";
        }
    }

    /** A comment was added. {@code redacted} is true, and what it said null, when it was redacted since. */
    record Comment(
            String contentId,
            String commentId,
            long seq,
            String author,
            @Nullable String body,
            Instant at,
            @Nullable String replyTo,
            @Nullable List<String> mentions,
            @Nullable AppData data,
            @Nullable Boolean redacted)
            implements WithText {
        @Override
        public String type() {
            return "comment";
        }

        @Override
        public Frame withoutText() {
            return new Comment(contentId, commentId, seq, author, null, at, replyTo, null, null, true);
        }
    }

    /** A comment's text was taken from sight. */
    record CommentRedacted(String contentId, String commentId, long seq) implements Redaction {
        @Override
        public String type() {
            return "comment-redacted";
        }
    }

    /** Content was published. */
    record Published(String contentId, String title, String author, Instant publishedAt) implements Frame {
        @Override
        public String type() {
            return "published";
        }
    }

    /** A content's title, text or data was replaced; {@code title} is what it is from then on. */
    record ContentEdited(String contentId, @Nullable String title, Instant editedAt) implements Frame {
        @Override
        public String type() {
            return "content-edited";
        }
    }

    /** A content was taken away; the last frame of its own stream, and one of many on the feed's. */
    record ContentRetracted(String contentId) implements Frame {
        @Override
        public String type() {
            return "content-retracted";
        }
    }

    /** A notification is new, or tells of more; it takes the place of the one with its id. */
    record Notification(
            String notificationId,
            NotificationKind kind,
            List<String> actors,
            long count,
            NotificationTarget target,
            Instant at,
            boolean read)
            implements Frame {
        @Override
        public String type() {
            return "notification";
        }
    }

    /**
     * What was watched is there no more. Nothing is told on the wire: each watcher is asked about again, and its stream
     * ends as the answer says.
     */
    record Gone() implements Frame {
        @Override
        public String type() {
            return "gone";
        }
    }

    /**
     * A user's list of conversations is another. Whoever has left is told no {@link Summary} of the conversation any
     * more.
     */
    record Listed(String conversationId, ListChange change) implements Frame {
        @Override
        public String type() {
            return "conversation";
        }
    }

    /** As {@link Listed}, of a conversation that is in the list no more. */
    record Unlisted(String conversationId, ListChange change) implements Ending {
        public Unlisted(String conversationId) {
            this(conversationId, ListChange.left);
        }

        @Override
        public String type() {
            return "conversation";
        }

        @Override
        public String ends() {
            return Summary.key(conversationId);
        }
    }

    /** A conversation as a user's list shows it; {@code unread} counts others' messages above their own read mark. */
    record Summary(
            String conversationId,
            @Nullable String title,
            long lastSeq,
            @Nullable MessageView lastMessage,
            long unread)
            implements State {
        @Override
        public String type() {
            return "summary";
        }

        @Override
        public String key() {
            return key(conversationId);
        }

        private static String key(String conversationId) {
            return "summary/" + conversationId;
        }
    }

    /** How far a member has got and read a conversation. */
    record Receipt(String conversationId, String user, long delivered, long read) implements State {
        @Override
        public String type() {
            return "receipt";
        }

        @Override
        public String key() {
            return "receipt/" + user;
        }
    }

    /** A member writes; over by itself some seconds after the last one. */
    record Typing(String conversationId, String user) implements State {
        @Override
        public String type() {
            return "typing";
        }

        @Override
        public String key() {
            return "typing/" + user;
        }

        @Override
        public @Nullable String notFor() {
            return user;
        }
    }

    /** Whether a user is online or offline, and since when; {@code since} is null where the user was never there. */
    record Presence(String user, String status, @Nullable Instant since) implements State {
        @Override
        public String type() {
            return "presence";
        }

        @Override
        public String key() {
            return user;
        }
    }

    /** How many of a user's notifications are not read. */
    record Unread(long unread) implements State {
        @Override
        public String type() {
            return "unread";
        }

        @Override
        public String key() {
            return "unread";
        }
    }

    /** How many connections watch the topic now. */
    record Audience(long watching) implements State {
        @Override
        public String type() {
            return "audience";
        }

        @Override
        public String key() {
            return "audience";
        }
    }

    /** How often a content was viewed, liked, applauded and commented on. */
    record Counters(String contentId, long views, long likes, long applause, long comments) implements State {
        @Override
        public String type() {
            return "counters";
        }

        @Override
        public String key() {
            return "counters";
        }
    }

    /**
     * How many reactions of each kind something has: a message, a comment or a content, whose id is the one that is
     * there. There may be as many as there are messages, so a stream begins with none, and one that goes on from a
     * cursor has those that changed since.
     */
    record Reactions(
            @Nullable String messageId,
            @Nullable String commentId,
            @Nullable String contentId,
            Map<String, Long> reactions)
            implements State {
        @Override
        public String type() {
            return "reactions";
        }

        @Override
        public String key() {
            return "reactions/" + (messageId != null ? messageId : commentId != null ? commentId : contentId);
        }

        @Override
        public boolean standsAtStart() {
            return false;
        }
    }

    /** A member was added or has another role ({@code role}), or was removed ({@code removed} is true). */
    record Member(
            String conversationId,
            String user,
            @Nullable Role role,
            @Nullable Boolean removed) implements Frame {
        @Override
        public String type() {
            return "member";
        }
    }
}
