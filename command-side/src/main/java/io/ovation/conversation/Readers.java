package io.ovation.conversation;

import java.util.HashSet;
import java.util.Set;

import io.ovation.Caller;
import io.ovation.conversation.ConversationEvent.ConversationOpened;
import io.ovation.conversation.ConversationEvent.MemberAdded;
import io.ovation.conversation.ConversationEvent.MemberRemoved;

/**
 * Who may read a conversation.
 *
 * @param everyone whether any signed-in user may
 */
record Readers(boolean everyone, Set<String> members) {
    boolean include(Caller caller) {
        return everyone || caller.admin() || members.contains(caller.user());
    }

    /** These readers after one more event of the conversation. */
    Readers after(Object event) {
        return switch (event) {
            case Conversation snapshot -> snapshot.readers();
            case ConversationOpened opened -> of(opened);
            case MemberAdded added -> with(added.user());
            case MemberRemoved removed -> without(removed.user());
            default -> this;
        };
    }

    private static Readers of(ConversationOpened event) {
        Set<String> members = new HashSet<>(event.members());
        members.add(event.owner());
        return new Readers(event.kind() == Kind.channel, members);
    }

    private Readers with(String user) {
        Set<String> more = new HashSet<>(members);
        more.add(user);
        return new Readers(everyone, more);
    }

    private Readers without(String user) {
        Set<String> fewer = new HashSet<>(members);
        fewer.remove(user);
        return new Readers(everyone, fewer);
    }
}
