package io.ovation.conversation;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.ovation.AppData;
import io.ovation.Caller;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked about conversations. Answers are never older than what this node had made durable when the query
 * came in, so that a user reads their own writes and a changed membership is in force at once.
 */
public sealed interface ConversationQuery {
    Caller by();

    /**
     * The caller's conversations, last active first; answers {@link ConversationPage}.
     *
     * @param before only those that come after this conversation in that order, also when the caller has left it since;
     *     unknown or never the caller's: {@code not_found}
     * @param below only those that were last active before this place, the {@link ConversationPage#next()} of a page
     * @param limit 1 to 200
     */
    record FindConversations(
            Caller by,
            @Nullable String before,
            @Nullable Long below,
            int limit)
            implements ConversationQuery {}

    /**
     * One conversation; answers {@link ConversationDetails}. Rejects with {@code ConversationNotFound} or
     * {@code NotAMember}.
     */
    record FindConversation(String conversationId, Caller by) implements ConversationQuery {}

    /**
     * Its members, in the order of their ids; answers {@link MemberPage}. Of a channel, its owners and moderators see
     * all, and others these and themselves. Rejects with {@code ConversationNotFound} or {@code NotAMember}.
     *
     * @param after only those after this id, which need not be a member's
     * @param limit 1 to 200
     */
    record FindMembers(String conversationId, Caller by, @Nullable String after, int limit)
            implements ConversationQuery {}

    /**
     * Whom it keeps out now, in the order of their ids; answers {@link BanPage}. Rejects with
     * {@code ConversationNotFound}, {@code NotAMember} or {@code RoleTooLow}.
     *
     * @param after only those after this id, who need not be banned
     * @param limit 1 to 200
     */
    record FindBans(String conversationId, Caller by, @Nullable String after, int limit, Instant at)
            implements ConversationQuery {}

    /**
     * A page of messages, oldest first; answers {@link HistoryPage}. Rejects with {@code ConversationNotFound} or
     * {@code NotAMember}.
     *
     * @param after exclusive lower bound; with it the first {@code limit} messages above
     * @param before exclusive upper bound; without {@code after} the last {@code limit} messages below it, and the
     *     latest with neither
     * @param limit 1 to 200
     */
    record FindHistory(
            String conversationId,
            Caller by,
            @Nullable Long after,
            @Nullable Long before,
            int limit) implements ConversationQuery {}

    /**
     * How far each has got and read a conversation; answers {@link ReceiptPage}. Rejects with
     * {@code ConversationNotFound} or {@code NotAMember}.
     */
    record FindReceipts(String conversationId, Caller by, @Nullable String after, int limit)
            implements ConversationQuery {}

    /**
     * Every member of a conversation, for the server's own use: a page of them is asked for otherwise. Answers
     * {@link Roster}. Rejects with {@code ConversationNotFound} or {@code NotAMember}.
     */
    record FindRoster(String conversationId, Caller by) implements ConversationQuery {}

    /** Those of {@link FindRoster}, in the order in which they came. */
    record Roster(List<String> users) {}

    /**
     * Those of {@link FindReceipts}: of every member of a {@code direct} or {@code group}, and of a channel's those
     * that have acknowledged anything, up to 5,000.
     *
     * @param next what to go on after; null where there are no more
     */
    record ReceiptPage(List<ReceiptView> receipts, @Nullable String next) {}

    /**
     * How far a member has got.
     *
     * @param delivered the highest seq that has arrived; 0 for none
     * @param read the highest seq that was read
     */
    record ReceiptView(String user, long delivered, long read) {}

    /**
     * Those of {@link FindConversations}.
     *
     * @param next the place of the last of them, where the next page begins whatever moves or is left meanwhile; null
     *     where there are no more
     */
    record ConversationPage(List<ConversationView> conversations, @Nullable Long next) {}

    /**
     * A conversation in a list. {@code unread} counts others' messages above one's own read mark.
     *
     * @param members the first 50 of a {@code direct} or {@code group}; null for a {@code channel}
     * @param memberCount how many members there are in all
     */
    record ConversationView(
            String conversationId,
            Kind kind,
            @Nullable String title,
            @Nullable List<String> members,
            long memberCount,
            @Nullable MessageView lastMessage,
            long lastSeq,
            long unread) {}

    /**
     * A conversation, for whoever may read it.
     *
     * @param role the caller's; null for who is no member
     * @param unread others' messages above the caller's own read mark; null for who is no member
     * @param slowMode seconds between two messages of one member; null for none
     */
    record ConversationDetails(
            String conversationId,
            Kind kind,
            @Nullable String title,
            Posting posting,
            Joining joining,
            @Nullable AppData data,
            long memberCount,
            @Nullable Role role,
            long lastSeq,
            @Nullable Long unread,
            @Nullable Integer slowMode) {}

    /**
     * Those of {@link FindMembers}.
     *
     * @param next what to go on after; null where there are no more
     */
    record MemberPage(List<MemberView> members, @Nullable String next) {}

    /** A member. */
    record MemberView(String user, Role role) {}

    /**
     * Those of {@link FindBans}.
     *
     * @param next what to go on after; null where there are no more
     */
    record BanPage(List<BanView> bans, @Nullable String next) {}

    /**
     * Who is kept out.
     *
     * @param until when it ends; null for never
     */
    record BanView(String user, @Nullable Instant until, @Nullable String reason, String by, Instant at) {}

    /** Messages, oldest first, and the conversation's last seq. */
    record HistoryPage(List<MessageView> messages, long lastSeq) {}

    /**
     * A message as it is now.
     *
     * @param body null when it was redacted, as {@code mentions} and {@code data} then are
     * @param redacted true when it was redacted, else null
     * @param reactions how many there are of each kind, likes among them; null where there are none
     * @param myReactions the kinds that the caller gave; null where there are none
     */
    record MessageView(
            String messageId,
            long seq,
            String sender,
            @Nullable String body,
            Instant sentAt,
            @Nullable Instant editedAt,
            @Nullable Boolean redacted,
            @Nullable String replyTo,
            @Nullable List<String> mentions,
            @Nullable AppData data,
            @Nullable Map<String, Long> reactions,
            @Nullable List<String> myReactions) {}
}
