package io.ovation.conversation;

import java.util.List;
import java.util.function.LongPredicate;

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
import io.ovation.live.Frame;
import io.ovation.live.Topic;
import io.ovation.live.Update;
import org.jspecify.annotations.Nullable;

/**
 * What watchers are told of an event. One place for what is told live and what is told again, so that both are the
 * same.
 */
final class ConversationUpdates {
    private ConversationUpdates() {}

    /**
     * The update of an event; null where nothing is told.
     *
     * @param sequence the event's place in its conversation
     * @param isRedacted tells of a seq whether the text of that message is not to be shown any more
     */
    static @Nullable Update of(ConversationEvent event, long sequence, LongPredicate isRedacted) {
        Frame frame = frame(event, isRedacted);
        return frame == null ? null : new Update(Topic.conversation(event.conversationId()), sequence, frame);
    }

    private static @Nullable Frame frame(ConversationEvent event, LongPredicate isRedacted) {
        return switch (event) {
            case ConversationOpened _, MemberBanned _, BanLifted _, MemberMuted _, MuteLifted _ -> null;
            case ConversationChanged changed -> changed(changed);
            case MemberAdded added -> new Frame.Member(added.conversationId(), added.user(), added.role(), null);
            case MemberRemoved removed -> new Frame.Member(removed.conversationId(), removed.user(), null, true);
            case MessageSent sent -> message(sent, isRedacted.test(sent.seq()));
            case MessageEdited edited -> edited(edited, isRedacted.test(edited.seq()));
            case MessageRedacted redacted ->
                new Frame.MessageRedacted(redacted.conversationId(), redacted.messageId(), redacted.seq());
        };
    }

    private static Frame message(MessageSent event, boolean redacted) {
        Frame.Message message = new Frame.Message(
                event.conversationId(),
                event.messageId(),
                event.seq(),
                event.sender(),
                event.body(),
                event.sentAt(),
                event.replyTo(),
                mentions(event),
                event.data(),
                null);
        return redacted ? message.withoutText() : message;
    }

    private static Frame changed(ConversationChanged event) {
        return new Frame.ConversationChanged(
                event.conversationId(),
                event.title(),
                event.posting(),
                event.joining(),
                event.data(),
                event.slowMode());
    }

    private static @Nullable List<String> mentions(MessageSent event) {
        return event.mentions().isEmpty() ? null : event.mentions();
    }

    private static Frame edited(MessageEdited event, boolean redacted) {
        Frame.MessageEdited edited = new Frame.MessageEdited(
                event.conversationId(),
                event.messageId(),
                event.seq(),
                event.body(),
                event.editedAt(),
                event.data(),
                null);
        return redacted ? edited.withoutText() : edited;
    }
}
