package io.ovation.conversation;

import java.time.Instant;
import java.util.List;

import io.ovation.Addressed;
import io.ovation.AppData;
import io.ovation.Caller;
import io.ovation.Rejection;
import io.ovation.conversation.ConversationRejection.ConversationNotFound;
import org.axonframework.commandhandling.RoutingKey;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked of a conversation. Times and ids come in with the command; a handler reads no clock.
 *
 * <p>Every command answers only when its event is durable. {@link OpenConversation} answers {@link Opened},
 * {@link SendMessage} answers {@link Sent}, {@link CheckStanding} answers {@link Standing}, the others answer nothing.
 */
public sealed interface ConversationCommand extends Addressed {
    String conversationId();

    Caller by();

    Instant at();

    @Override
    default String target() {
        return conversationId();
    }

    @Override
    default Rejection whenMissing() {
        return new ConversationNotFound();
    }

    /**
     * Opens a conversation; {@code by} is its owner and a member.
     *
     * @param conversationId the id, and the idempotency key
     * @param title up to 200 characters
     * @param members the others, without the opener and without repeats; of a {@code direct} exactly one
     * @param posting says something for a {@code channel} only
     * @param joining {@code open} for a {@code channel} only
     * @param data the app's own
     */
    record OpenConversation(
            @TargetAggregateIdentifier @RoutingKey String conversationId,
            Kind kind,
            @Nullable String title,
            List<String> members,
            Posting posting,
            Joining joining,
            @Nullable AppData data,
            Caller by,
            Instant at)
            implements ConversationCommand {
        /** Without data, and open to nobody who was not invited. */
        public OpenConversation(
                String conversationId,
                Kind kind,
                @Nullable String title,
                List<String> members,
                Posting posting,
                Caller by,
                Instant at) {
            this(conversationId, kind, title, members, posting, Joining.invited, null, by, at);
        }
    }

    /**
     * Changes what a conversation is; what is null stays as it is. Of a {@code direct} only the data can be changed.
     *
     * @param slowMode seconds between two messages of one member, who neither owns nor moderates it; 0 for none
     */
    record ChangeConversation(
            @TargetAggregateIdentifier @RoutingKey String conversationId,
            @Nullable String title,
            @Nullable Posting posting,
            @Nullable Joining joining,
            @Nullable AppData data,
            @Nullable Integer slowMode,
            Caller by,
            Instant at)
            implements ConversationCommand {}

    /**
     * Adds a member, or gives one another role; or has the caller join, where anyone may.
     *
     * @param role null for a new member to be a plain one, and for one who is there to keep theirs
     */
    record AddMember(
            @TargetAggregateIdentifier @RoutingKey String conversationId,
            String user,
            @Nullable Role role,
            Caller by,
            Instant at)
            implements ConversationCommand {}

    /** Removes a member. Anyone may leave, also who is none any more. */
    record RemoveMember(
            @TargetAggregateIdentifier @RoutingKey String conversationId, String user, Caller by, Instant at)
            implements ConversationCommand {}

    /**
     * Keeps someone out, who is removed if a member. Set again, it counts as it was set last.
     *
     * @param until when it ends by itself, after {@code at}; null for never
     * @param reason what the owners and moderators are told of it
     */
    record BanMember(
            @TargetAggregateIdentifier @RoutingKey String conversationId,
            String user,
            @Nullable Instant until,
            @Nullable String reason,
            Caller by,
            Instant at)
            implements ConversationCommand {}

    /** Ends a ban. */
    record LiftBan(
            @TargetAggregateIdentifier @RoutingKey String conversationId, String user, Caller by, Instant at)
            implements ConversationCommand {}

    /**
     * Keeps someone from sending and editing. Set again, it counts as it was set last.
     *
     * @param until when it ends by itself, after {@code at}; null for never
     */
    record MuteMember(
            @TargetAggregateIdentifier @RoutingKey String conversationId,
            String user,
            @Nullable Instant until,
            Caller by,
            Instant at)
            implements ConversationCommand {}

    /** Ends a mute. */
    record LiftMute(
            @TargetAggregateIdentifier @RoutingKey String conversationId, String user, Caller by, Instant at)
            implements ConversationCommand {}

    /**
     * Sends a message.
     *
     * @param messageId the id, and the idempotency key
     * @param body the text, at most 8 KiB of UTF-8 by default
     * @param replyTo the id of a message of the same conversation
     * @param mentions users, at most 50, without repeats
     * @param data the app's own
     */
    record SendMessage(
            @TargetAggregateIdentifier @RoutingKey String conversationId,
            String messageId,
            String body,
            @Nullable String replyTo,
            List<String> mentions,
            @Nullable AppData data,
            Caller by,
            Instant at)
            implements ConversationCommand {
        /** Without data. */
        public SendMessage(
                String conversationId,
                String messageId,
                String body,
                @Nullable String replyTo,
                List<String> mentions,
                Caller by,
                Instant at) {
            this(conversationId, messageId, body, replyTo, mentions, null, by, at);
        }
    }

    /**
     * Replaces the text of one's own message.
     *
     * @param data null to keep what it has
     */
    record EditMessage(
            @TargetAggregateIdentifier @RoutingKey String conversationId,
            String messageId,
            String body,
            @Nullable AppData data,
            Caller by,
            Instant at)
            implements ConversationCommand {
        /** Keeps the data. */
        public EditMessage(String conversationId, String messageId, String body, Caller by, Instant at) {
            this(conversationId, messageId, body, null, by, at);
        }
    }

    /** Takes the text of a message from everyone's sight. */
    record RedactMessage(
            @TargetAggregateIdentifier @RoutingKey String conversationId, String messageId, Caller by, Instant at)
            implements ConversationCommand {}

    /**
     * Asks how the caller stands in a conversation; records nothing, and answers {@link Standing}.
     *
     * @param asWriter whether the caller is about to write: who blocks them is looked up for that alone
     */
    record CheckStanding(
            @TargetAggregateIdentifier @RoutingKey String conversationId, Caller by, Instant at, boolean asWriter)
            implements ConversationCommand {}

    /**
     * The answer to {@link CheckStanding}.
     *
     * @param lastSeq the seq of the last message; 0 when there is none
     * @param member whether the caller is a member
     * @param mayPost whether the caller may send messages
     * @param muted whether the caller is muted, or is blocked by the other one of a direct conversation
     */
    record Standing(long lastSeq, boolean member, boolean mayPost, boolean muted) {}

    /**
     * The answer to {@link OpenConversation}.
     *
     * @param conversationId the conversation: for a {@code direct} that was open already, the one that there is
     * @param existed whether the pair's direct conversation had been opened by an earlier request (200, not 201)
     */
    record Opened(String conversationId, boolean existed) {}

    /**
     * The answer to {@link SendMessage}, and to every repeat of it.
     *
     * @param seq the place of the message in its conversation: 1, 2, 3 … without a gap
     */
    record Sent(String messageId, long seq, Instant sentAt) {}
}
