package io.ovation.conversation;

import java.util.stream.Stream;

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
import io.ovation.documents.Interest;
import io.ovation.documents.Interest.Thing;
import io.ovation.documents.Interest.User;
import io.ovation.documents.ShownAtOnce;

/**
 * Of conversations: one's own acts, who comes in or is kept out, and what a conversation allows. What was redacted is
 * shown to nobody, so that all wait for that. Thread-safe: it holds nothing.
 */
final class ConversationAtOnce implements ShownAtOnce {
    @Override
    public String projection() {
        return ConversationDocuments.PROJECTION;
    }

    @Override
    public Stream<Interest> to(Object event) {
        return switch (event) {
            case ConversationEvent of -> to(of);
            case ReceiptEvent receipt -> Stream.of(new User(receipt.user()));
            default -> Stream.empty();
        };
    }

    private static Stream<Interest> to(ConversationEvent event) {
        Interest conversation = new Thing(event.conversationId());
        return switch (event) {
            case ConversationOpened opened -> Stream.concat(
                    Stream.of(conversation, new User(opened.owner())),
                    opened.members().stream().map(User::new));
            case ConversationChanged changed -> Stream.of(conversation, new User(changed.by()));
            case MemberAdded added -> Stream.of(conversation, new User(added.user()), new User(added.by()));
            case MemberRemoved removed -> Stream.of(conversation, new User(removed.user()), new User(removed.by()));
            case MemberBanned banned -> Stream.of(conversation, new User(banned.user()), new User(banned.by()));
            case BanLifted lifted -> Stream.of(conversation, new User(lifted.user()), new User(lifted.by()));
            case MemberMuted muted -> Stream.of(conversation, new User(muted.user()), new User(muted.by()));
            case MuteLifted lifted -> Stream.of(conversation, new User(lifted.user()), new User(lifted.by()));
            case MessageSent sent -> Stream.of(new User(sent.sender()));
            case MessageEdited edited -> Stream.of(new User(edited.by()));
            case MessageRedacted _ -> Stream.of(Interest.EVERYBODY);
        };
    }
}
