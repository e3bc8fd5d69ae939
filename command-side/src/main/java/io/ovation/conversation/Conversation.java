package io.ovation.conversation;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import io.ovation.AppData;
import io.ovation.Caller;
import io.ovation.ValidationFailed;
import io.ovation.commands.SecondTry;
import io.ovation.commands.Weighed;
import io.ovation.conversation.ConversationCommand.AddMember;
import io.ovation.conversation.ConversationCommand.BanMember;
import io.ovation.conversation.ConversationCommand.ChangeConversation;
import io.ovation.conversation.ConversationCommand.CheckStanding;
import io.ovation.conversation.ConversationCommand.EditMessage;
import io.ovation.conversation.ConversationCommand.LiftBan;
import io.ovation.conversation.ConversationCommand.LiftMute;
import io.ovation.conversation.ConversationCommand.MuteMember;
import io.ovation.conversation.ConversationCommand.OpenConversation;
import io.ovation.conversation.ConversationCommand.RedactMessage;
import io.ovation.conversation.ConversationCommand.RemoveMember;
import io.ovation.conversation.ConversationCommand.SendMessage;
import io.ovation.conversation.ConversationCommand.Sent;
import io.ovation.conversation.ConversationCommand.Standing;
import io.ovation.conversation.ConversationEvent.BanLifted;
import io.ovation.conversation.ConversationEvent.ConversationChanged;
import io.ovation.conversation.ConversationEvent.ConversationOpened;
import io.ovation.conversation.ConversationEvent.MemberAdded;
import io.ovation.conversation.ConversationEvent.MemberBanned;
import io.ovation.conversation.ConversationEvent.MemberMuted;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.conversation.ConversationEvent.MessageEdited;
import io.ovation.conversation.ConversationEvent.MessageRedacted;
import io.ovation.conversation.ConversationEvent.MessageSent;
import io.ovation.conversation.ConversationEvent.MuteLifted;
import io.ovation.conversation.ConversationRejection.IdTaken;
import io.ovation.conversation.ConversationRejection.MemberNotFound;
import io.ovation.conversation.ConversationRejection.MembersNeverChange;
import io.ovation.conversation.ConversationRejection.MessageNotFound;
import io.ovation.conversation.ConversationRejection.MessageWasRedacted;
import io.ovation.conversation.ConversationRejection.NotInADirect;
import io.ovation.conversation.ConversationRejection.NotTheAuthor;
import io.ovation.conversation.ConversationRejection.NotWelcome;
import io.ovation.conversation.ConversationRejection.OnlyDataChanges;
import io.ovation.conversation.ConversationRejection.TooManyMembers;
import io.ovation.eventstore.RecordedEvents;
import io.ovation.people.Blocking;
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
@Revision("3")
@JsonAutoDetect(
        fieldVisibility = Visibility.ANY,
        getterVisibility = Visibility.NONE,
        isGetterVisibility = Visibility.NONE)
@SuppressWarnings("NullAway.Init") // Axon makes it empty; its first event fills it
class Conversation implements Weighed {
    /** The most members a conversation may have, the opener among them. */
    static final int MEMBER_LIMIT = 5_000;

    private static final Entries.Kind<MessageSent> MESSAGES =
            new Entries.Kind<>(MessageSent.class, Conversation::known, MessageRedacted::redactionId);

    @AggregateIdentifier
    private String conversationId;

    private Kind kind;
    private Posting posting;
    private Joining joining;
    private @Nullable String title;

    /** A fingerprint of the app's own data, which may be large; null where there is none. */
    private @Nullable String data;

    private Members members = new Members();
    private Sanctions sanctions = new Sanctions();
    private long lastSeq;
    private RecentEntries recent = new RecentEntries();

    Conversation() {}

    @Override
    public int weight() {
        return members.weight() + sanctions.weight() + recent.weight();
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
                command.at(),
                command.joining(),
                command.data()));
    }

    @CommandHandler
    void handle(ChangeConversation command, Blocking blocking) {
        mayChange(command);
        isWelcome(command.by(), blocking);
        ConversationChanged change = new ConversationChanged(
                conversationId,
                other(command.title(), title),
                other(command.posting(), posting),
                other(command.joining(), joining),
                Objects.equals(fingerprint(command.data()), data) ? null : command.data(),
                other(command.slowMode(), sanctions.slowMode()),
                command.by().user(),
                command.at());
        if (change.title() != null
                || change.posting() != null
                || change.joining() != null
                || change.data() != null
                || change.slowMode() != null) {
            apply(change);
        }
    }

    /** What a field is to become; null where it is that already. */
    private static <T> @Nullable T other(@Nullable T wanted, @Nullable T present) {
        return Objects.equals(wanted, present) ? null : wanted;
    }

    private static @Nullable String fingerprint(@Nullable AppData data) {
        return data == null ? null : RecentEntries.fingerprint(data);
    }

    @CommandHandler
    void handle(AddMember command, Blocking blocking) {
        membersMayChange(command.by());
        if (command.by().user().equals(command.user())) {
            sanctions.isNotBanned(command.user(), command.at());
        }
        Role present = members.role(command.user());
        Role role = wanted(command.role(), present);
        if (!joins(command, present)) {
            members.mayGrant(command.by(), role, present);
        }
        if (role == present) {
            return;
        }
        sanctions.isNotBanned(command.user(), command.at());
        if (present == null && blocking.anyBlocks(Set.of(command.user()), command.by().user())) {
            throw new NotWelcome();
        }
        if (present == null && members.size() >= MEMBER_LIMIT) {
            throw new TooManyMembers(MEMBER_LIMIT);
        }
        if (present == Role.owner) {
            members.anotherOwnerIsThere(command.user());
        }
        apply(new MemberAdded(
                conversationId, command.user(), role, command.by().user(), command.at()));
    }

    @CommandHandler
    void handle(RemoveMember command) {
        Role present = members.role(command.user());
        boolean leaving = command.by().user().equals(command.user());
        if (leaving && present == null) {
            return; // who asks again after an answer that was lost is where they wanted to be
        }
        membersMayChange(command.by());
        if (!leaving) {
            members.mayRemove(command.by(), present);
        }
        if (present == null) {
            throw new MemberNotFound();
        }
        if (present == Role.owner) {
            members.anotherOwnerStays(command.user());
        }
        apply(new MemberRemoved(conversationId, command.user(), command.by().user(), command.at()));
    }

    /** Where an admin bans the last owner, who has been there longest becomes one, a moderator before others. */
    @CommandHandler
    void handle(BanMember command) {
        noneInADirect(command.by(), "a ban");
        members.maySanction(command.by(), command.user());
        isToCome(command.until(), command.at());
        sanctions.roomForABan(command.user(), command.at());
        String by = command.by().user();
        members.successor(command.user())
                .ifPresent(next -> apply(new MemberAdded(conversationId, next, Role.owner, by, command.at())));
        apply(new MemberBanned(
                conversationId, command.user(), command.until(), command.reason(), by, command.at()));
        if (members.has(command.user())) {
            apply(new MemberRemoved(conversationId, command.user(), by, command.at()));
        }
    }

    @CommandHandler
    void handle(LiftBan command) {
        noneInADirect(command.by(), "a ban");
        members.maySanction(command.by(), command.user());
        sanctions.banIsThere(command.user(), command.at());
        apply(new BanLifted(conversationId, command.user(), command.by().user(), command.at()));
    }

    @CommandHandler
    void handle(MuteMember command) {
        noneInADirect(command.by(), "a mute");
        members.maySanction(command.by(), command.user());
        isToCome(command.until(), command.at());
        sanctions.roomForAMute(command.user(), command.at());
        apply(new MemberMuted(
                conversationId, command.user(), command.until(), command.by().user(), command.at()));
    }

    @CommandHandler
    void handle(LiftMute command) {
        noneInADirect(command.by(), "a mute");
        members.maySanction(command.by(), command.user());
        sanctions.muteIsThere(command.user(), command.at());
        apply(new MuteLifted(conversationId, command.user(), command.by().user(), command.at()));
    }

    @CommandHandler
    Sent handle(
            SendMessage command,
            RecordedEvents recorded,
            Blocking blocking,
            @MetaDataValue(SecondTry.KEY) @Nullable Boolean secondTry) {
        Optional<Known> before = messages(recorded).before(command.messageId(), secondTry != null);
        String asked =
                RecentEntries.fingerprint(
                        command.by().user(),
                        command.body(),
                        command.replyTo(),
                        command.mentions(),
                        command.data());
        if (before.isPresent() && before.get().fingerprint().equals(asked)) {
            return new Sent(
                    command.messageId(), before.get().seq(), before.get().sentAt());
        }
        mayPost(command.by(), command.at());
        isWelcome(command.by(), blocking);
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
                recipient(command.by().user()),
                command.data()));
        return sent;
    }

    @CommandHandler
    void handle(EditMessage command, RecordedEvents recorded, Blocking blocking) {
        Known message = message(command.messageId(), recorded);
        mayWrite(command.by(), command.at());
        if (!message.sender().equals(command.by().user())) {
            throw new NotTheAuthor();
        }
        if (message.redacted()) {
            throw new MessageWasRedacted();
        }
        isWelcome(command.by(), blocking);
        apply(new MessageEdited(
                conversationId,
                command.messageId(),
                message.seq(),
                command.body(),
                command.by().user(),
                command.at(),
                command.data() == null ? recent.data(command.messageId()) : command.data()));
    }

    @CommandHandler
    void handle(RedactMessage command, RecordedEvents recorded) {
        Known message = message(command.messageId(), recorded);
        members.mayAct(command.by());
        if (!message.sender().equals(command.by().user())) {
            members.mayModerate(command.by(), "Only its author, a moderator or an owner may redact a message");
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
        return new Readers(kind == Kind.channel, Set.copyOf(members.users()));
    }

    @CommandHandler
    Standing handle(CheckStanding command, Blocking blocking) {
        String user = command.by().user();
        boolean blocked = command.asWriter() && isBlocked(command.by(), blocking);
        return new Standing(
                lastSeq,
                members.has(user),
                canPost(command.by(), command.at()) && !blocked,
                blocked || !command.by().admin() && sanctions.mutes(user, command.at()));
    }

    /** A stranger hears that it is not theirs, and not what kind of conversation it is. */
    private void membersMayChange(Caller by) {
        if (kind == Kind.direct) {
            members.mayAct(by);
            throw new MembersNeverChange();
        }
    }

    /** Whoever is not banned may join a channel that is open, as a member; and who has joined asks for nothing. */
    private boolean joins(AddMember command, @Nullable Role present) {
        boolean asMember = command.role() == null || command.role() == Role.member;
        return joining == Joining.open
                && command.by().user().equals(command.user())
                && asMember
                && (command.role() == null || present == null || present == Role.member);
    }

    /** The role that a member is to have: who is one keeps theirs where none is named. */
    private static Role wanted(@Nullable Role named, @Nullable Role present) {
        if (named != null) {
            return named;
        }
        return present == null ? Role.member : present;
    }

    private void noneInADirect(Caller by, String what) {
        if (kind == Kind.direct) {
            members.mayAct(by);
            throw new NotInADirect(what);
        }
    }

    private static void isToCome(@Nullable Instant until, Instant at) {
        if (until != null && !until.isAfter(at)) {
            throw new ValidationFailed("until", "must be in the future");
        }
    }

    /** Of a direct conversation either of the two changes the data; of the others whoever moderates changes all. */
    private void mayChange(ChangeConversation command) {
        if (kind == Kind.direct) {
            members.mayAct(command.by());
            if (command.title() != null
                    || command.posting() != null
                    || command.joining() != null
                    || command.slowMode() != null) {
                throw new OnlyDataChanges();
            }
            return;
        }
        members.mayModerate(command.by(), "Only owners and moderators change a conversation");
        if (kind != Kind.channel && command.posting() != null) {
            throw new ValidationFailed("posting", "says something for a channel only");
        }
        if (kind != Kind.channel && command.joining() == Joining.open) {
            throw new ValidationFailed("joining", "is open for a channel only");
        }
    }

    private void mayPost(Caller caller, Instant at) {
        mayWrite(caller, at);
        if (onlyModeratorsPost()) {
            members.mayModerate(caller, "Only owners and moderators post in this channel");
        }
        if (!members.moderates(caller)) {
            sanctions.isNotTooSoon(caller.user(), at);
        }
    }

    /** Whoever is blocked writes nothing to who blocks them; in what they share with others they do. */
    private void isWelcome(Caller caller, Blocking blocking) {
        if (isBlocked(caller, blocking)) {
            throw new NotWelcome();
        }
    }

    private boolean isBlocked(Caller caller, Blocking blocking) {
        return kind == Kind.direct
                && blocking.anyBlocks(
                        members.users().stream()
                                .filter(member -> !member.equals(caller.user()))
                                .toList(),
                        caller.user());
    }

    private void mayWrite(Caller caller, Instant at) {
        if (caller.admin()) {
            return;
        }
        sanctions.isNotBanned(caller.user(), at);
        members.mayAct(caller);
        sanctions.isNotMuted(caller.user(), at);
    }

    /** Whether {@link #mayPost} would let the caller, who may have to wait for slow mode. */
    private boolean canPost(Caller caller, Instant at) {
        return caller.admin()
                || members.has(caller.user())
                        && sanctions.mayWrite(caller.user(), at)
                        && (members.moderates(caller) || !onlyModeratorsPost());
    }

    private boolean onlyModeratorsPost() {
        return kind == Kind.channel && posting == Posting.moderators;
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
        return kind == Kind.channel || members.has(author) ? author : null;
    }

    /** The other one of a direct conversation. */
    private @Nullable String recipient(String sender) {
        return kind == Kind.direct && members.has(sender)
                ? members.users().stream()
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
            if (!members.has(mentions.get(i))) {
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
        String said = RecentEntries.fingerprint(
                event.sender(), event.body(), event.replyTo(), event.mentions(), event.data());
        return new Known(event.seq(), event.sender(), event.sentAt(), said, false, event.data());
    }

    @EventSourcingHandler
    void on(ConversationOpened event) {
        conversationId = event.conversationId();
        kind = event.kind();
        posting = event.posting();
        joining = event.joining();
        title = event.title();
        data = fingerprint(event.data());
        members.put(event.owner(), Role.owner);
        event.members().forEach(member -> members.put(member, Role.member));
    }

    @EventSourcingHandler
    void on(ConversationChanged event) {
        title = event.title() == null ? title : event.title();
        posting = event.posting() == null ? posting : event.posting();
        joining = event.joining() == null ? joining : event.joining();
        data = event.data() == null ? data : fingerprint(event.data());
        if (event.slowMode() != null) {
            sanctions.slowMode(event.slowMode());
        }
    }

    @EventSourcingHandler
    void on(MemberBanned event) {
        sanctions.on(event);
    }

    @EventSourcingHandler
    void on(BanLifted event) {
        sanctions.on(event);
    }

    @EventSourcingHandler
    void on(MemberMuted event) {
        sanctions.on(event);
    }

    @EventSourcingHandler
    void on(MuteLifted event) {
        sanctions.on(event);
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
        sanctions.sent(event.sender(), event.sentAt());
    }

    @EventSourcingHandler
    void on(MessageEdited event) {
        if (event.data() != null) {
            recent.changed(event.messageId(), event.data());
        }
    }

    @EventSourcingHandler
    void on(MessageRedacted event) {
        recent.redacted(event.messageId());
    }
}
