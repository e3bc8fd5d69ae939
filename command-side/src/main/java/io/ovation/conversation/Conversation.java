package io.ovation.conversation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import io.ovation.Caller;
import io.ovation.ValidationFailed;
import io.ovation.commands.SecondTry;
import io.ovation.commands.Weighed;
import io.ovation.conversation.ConversationCommand.AddMember;
import io.ovation.conversation.ConversationCommand.CheckStanding;
import io.ovation.conversation.ConversationCommand.EditMessage;
import io.ovation.conversation.ConversationCommand.OpenConversation;
import io.ovation.conversation.ConversationCommand.RedactMessage;
import io.ovation.conversation.ConversationCommand.RemoveMember;
import io.ovation.conversation.ConversationCommand.SendMessage;
import io.ovation.conversation.ConversationCommand.Sent;
import io.ovation.conversation.ConversationCommand.Standing;
import io.ovation.conversation.ConversationEvent.ConversationOpened;
import io.ovation.conversation.ConversationEvent.MemberAdded;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.conversation.ConversationEvent.MessageEdited;
import io.ovation.conversation.ConversationEvent.MessageRedacted;
import io.ovation.conversation.ConversationEvent.MessageSent;
import io.ovation.conversation.ConversationRejection.IdTaken;
import io.ovation.conversation.ConversationRejection.LastOwner;
import io.ovation.conversation.ConversationRejection.MemberNotFound;
import io.ovation.conversation.ConversationRejection.MembersNeverChange;
import io.ovation.conversation.ConversationRejection.MessageNotFound;
import io.ovation.conversation.ConversationRejection.MessageWasRedacted;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.conversation.ConversationRejection.NotTheAuthor;
import io.ovation.conversation.ConversationRejection.RoleTooLow;
import io.ovation.conversation.ConversationRejection.TooManyMembers;
import io.ovation.eventstore.RecordedEvents;
import io.ovation.sequence.Entries;
import io.ovation.sequence.RecentEntries;
import io.ovation.sequence.RecentEntries.Known;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.serialization.Revision;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

/**
 * A conversation: who is in it and may do what, and the one order of its messages.
 *
 * <p>Its memory is bounded: the members (limited), and the {@link RecentEntries}. A snapshot is this object as JSON; a
 * change of its shape is a new revision.
 */
@Aggregate(cache = "conversationCache", snapshotTriggerDefinition = "snapshotTrigger", lockFactory = "aggregateLock")
@Revision("1")
@JsonAutoDetect(
        fieldVisibility = Visibility.ANY,
        getterVisibility = Visibility.NONE,
        isGetterVisibility = Visibility.NONE)
@SuppressWarnings("NullAway.Init") // Axon makes it empty; its first event fills it
class Conversation implements Weighed {
    /** The most members a conversation may have, the opener among them. */
    static final int MEMBER_LIMIT = 5_000;

    /** A user's id of usual length in a map. */
    private static final int MEMBER_BYTES = 112;

    private static final Entries.Kind<MessageSent> MESSAGES =
            new Entries.Kind<>(MessageSent.class, Conversation::known, MessageRedacted::redactionId);

    @AggregateIdentifier
    private String conversationId;

    private Kind kind;
    private Posting posting;
    private Map<String, Role> members = new LinkedHashMap<>();
    private long lastSeq;
    private RecentEntries recent = new RecentEntries();

    Conversation() {}

    @Override
    public int weight() {
        return members.size() * MEMBER_BYTES + recent.weight();
    }

    /** Opens it; {@link OpenConversationHandler} has made sure that it is not open yet. */
    Conversation(OpenConversation command) {
        apply(new ConversationOpened(
                command.conversationId(),
                command.kind(),
                command.title(),
                command.by().user(),
                command.members(),
                command.posting(),
                command.at()));
    }

    @CommandHandler
    void handle(AddMember command) {
        membersMayChange();
        Role present = members.get(command.user());
        Role role = wanted(command.role(), present);
        mayGrant(command.by(), role, present);
        if (role == present) {
            return;
        }
        if (present == null && members.size() >= MEMBER_LIMIT) {
            throw new TooManyMembers(MEMBER_LIMIT);
        }
        if (present == Role.owner) {
            anotherOwnerStays(command.user());
        }
        apply(new MemberAdded(
                conversationId, command.user(), role, command.by().user(), command.at()));
    }

    @CommandHandler
    void handle(RemoveMember command) {
        Role present = members.get(command.user());
        boolean leaving = command.by().user().equals(command.user());
        if (leaving && present == null) {
            return; // who asks again after an answer that was lost is where they wanted to be
        }
        membersMayChange();
        if (!leaving) {
            mayRemove(command.by(), present);
        }
        if (present == null) {
            throw new MemberNotFound();
        }
        if (present == Role.owner) {
            anotherOwnerStays(command.user());
        }
        apply(new MemberRemoved(conversationId, command.user(), command.by().user(), command.at()));
    }

    @CommandHandler
    Sent handle(
            SendMessage command, RecordedEvents recorded, @MetaDataValue(SecondTry.KEY) @Nullable Boolean secondTry) {
        Optional<Known> before = messages(recorded).before(command.messageId(), secondTry != null);
        String asked =
                RecentEntries.fingerprint(
                        command.by().user(), command.body(), command.replyTo(), command.mentions(), null);
        if (before.isPresent() && before.get().fingerprint().equals(asked)) {
            return new Sent(
                    command.messageId(), before.get().seq(), before.get().sentAt());
        }
        mayPost(command.by());
        if (before.isPresent() || command.messageId().equals(conversationId)) {
            throw new IdTaken("messageId");
        }
        String replyToSender = authorToTell(command.replyTo(), recorded);
        mentionsMembers(command.mentions());
        Sent sent = new Sent(command.messageId(), lastSeq + 1, command.at());
        apply(new MessageSent(
                conversationId,
                sent.messageId(),
                sent.seq(),
                command.by().user(),
                command.body(),
                command.replyTo(),
                command.mentions(),
                sent.sentAt(),
                replyToSender,
                recipient(command.by().user())));
        return sent;
    }

    @CommandHandler
    void handle(EditMessage command, RecordedEvents recorded) {
        Known message = message(command.messageId(), recorded);
        mayAct(command.by());
        if (!message.sender().equals(command.by().user())) {
            throw new NotTheAuthor();
        }
        if (message.redacted()) {
            throw new MessageWasRedacted();
        }
        apply(new MessageEdited(
                conversationId,
                command.messageId(),
                message.seq(),
                command.body(),
                command.by().user(),
                command.at()));
    }

    @CommandHandler
    void handle(RedactMessage command, RecordedEvents recorded) {
        Known message = message(command.messageId(), recorded);
        mayAct(command.by());
        if (!message.sender().equals(command.by().user())) {
            mayModerate(command.by(), "Only its author, a moderator or an owner may redact a message");
        }
        if (!message.redacted()) {
            apply(new MessageRedacted(
                    conversationId,
                    command.messageId(),
                    message.seq(),
                    command.by().user(),
                    command.at()));
        }
    }

    /** Who may read it. */
    Readers readers() {
        return new Readers(kind == Kind.channel, Set.copyOf(members.keySet()));
    }

    @CommandHandler
    Standing handle(CheckStanding command) {
        return new Standing(lastSeq, members.containsKey(command.by().user()), canPost(command.by()));
    }

    private void membersMayChange() {
        if (kind == Kind.direct) {
            throw new MembersNeverChange();
        }
    }

    /** The role that a member is to have: who is one keeps theirs where none is named. */
    private static Role wanted(@Nullable Role named, @Nullable Role present) {
        if (named != null) {
            return named;
        }
        return present == null ? Role.member : present;
    }

    /** Only an owner makes or unmakes owners and moderators; a moderator adds plain members. */
    private void mayGrant(Caller caller, Role role, @Nullable Role present) {
        mayModerate(caller, "Only owners and moderators add members");
        boolean rank = role.moderates() || (present != null && present.moderates());
        if (rank && role != present && !owns(caller)) {
            throw new RoleTooLow("Only an owner makes or unmakes owners and moderators");
        }
    }

    private void mayRemove(Caller caller, @Nullable Role present) {
        mayModerate(caller, "Only owners and moderators remove members");
        if (present != null && present.moderates() && !owns(caller)) {
            throw new RoleTooLow("Only an owner removes owners and moderators");
        }
    }

    private boolean owns(Caller caller) {
        return caller.admin() || members.get(caller.user()) == Role.owner;
    }

    private void mayModerate(Caller caller, String otherwise) {
        if (caller.admin()) {
            return;
        }
        Role role = members.get(caller.user());
        if (role == null) {
            throw new NotAMember();
        }
        if (!role.moderates()) {
            throw new RoleTooLow(otherwise);
        }
    }

    private void mayAct(Caller caller) {
        if (!caller.admin() && !members.containsKey(caller.user())) {
            throw new NotAMember();
        }
    }

    private void mayPost(Caller caller) {
        mayAct(caller);
        if (onlyModeratorsPost()) {
            mayModerate(caller, "Only owners and moderators post in this channel");
        }
    }

    /** Whether {@link #mayPost} would let the caller. */
    private boolean canPost(Caller caller) {
        Role role = members.get(caller.user());
        return caller.admin() || (role != null && (role.moderates() || !onlyModeratorsPost()));
    }

    private boolean onlyModeratorsPost() {
        return kind == Kind.channel && posting == Posting.moderators;
    }

    private void anotherOwnerStays(String user) {
        boolean othersStay = members.size() > 1;
        boolean anotherOwner = members.entrySet().stream()
                .anyMatch(member ->
                        member.getValue() == Role.owner && !member.getKey().equals(user));
        if (othersStay && !anotherOwner) {
            throw new LastOwner();
        }
    }

    /**
     * Who wrote the message that is replied to, which must be of this conversation; null for who may not read it any
     * more.
     */
    private @Nullable String authorToTell(@Nullable String replyTo, RecordedEvents recorded) {
        if (replyTo == null) {
            return null;
        }
        String author = messages(recorded)
                .find(replyTo)
                .orElseThrow(() -> new ValidationFailed("replyTo", "names no message of this conversation"))
                .sender();
        return kind == Kind.channel || members.containsKey(author) ? author : null;
    }

    /** The other one of a direct conversation. */
    private @Nullable String recipient(String sender) {
        return kind == Kind.direct && members.containsKey(sender)
                ? members.keySet().stream()
                        .filter(member -> !member.equals(sender))
                        .findFirst()
                        .orElse(null)
                : null;
    }

    private void mentionsMembers(List<String> mentions) {
        if (kind == Kind.channel) {
            return;
        }
        for (int i = 0; i < mentions.size(); i++) {
            if (!members.containsKey(mentions.get(i))) {
                throw new ValidationFailed("mentions[" + i + "]", "names no member of this conversation");
            }
        }
    }

    private Known message(String messageId, RecordedEvents recorded) {
        return messages(recorded).find(messageId).orElseThrow(MessageNotFound::new);
    }

    private Entries<MessageSent> messages(RecordedEvents recorded) {
        return new Entries<>(
                MESSAGES, recent, recorded, sent -> sent.conversationId().equals(conversationId));
    }

    private static Known known(MessageSent event) {
        String said = RecentEntries.fingerprint(event.sender(), event.body(), event.replyTo(), event.mentions(), null);
        return new Known(event.seq(), event.sender(), event.sentAt(), said, false);
    }

    @EventSourcingHandler
    void on(ConversationOpened event) {
        conversationId = event.conversationId();
        kind = event.kind();
        posting = event.posting();
        members.put(event.owner(), Role.owner);
        event.members().forEach(member -> members.put(member, Role.member));
    }

    @EventSourcingHandler
    void on(MemberAdded event) {
        members.put(event.user(), event.role());
    }

    @EventSourcingHandler
    void on(MemberRemoved event) {
        members.remove(event.user());
    }

    @EventSourcingHandler
    void on(MessageSent event) {
        lastSeq = event.seq();
        recent.added(event.messageId(), known(event));
    }

    @EventSourcingHandler
    void on(MessageRedacted event) {
        recent.redacted(event.messageId());
    }
}
