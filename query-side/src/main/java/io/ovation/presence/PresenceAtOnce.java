package io.ovation.presence;

import java.util.stream.Stream;

import io.ovation.conversation.ConversationEvent.ConversationOpened;
import io.ovation.conversation.ConversationEvent.MemberAdded;
import io.ovation.conversation.ConversationEvent.MemberRemoved;
import io.ovation.documents.Interest;
import io.ovation.documents.Interest.User;
import io.ovation.documents.ShownAtOnce;

/** Of presence: who came or went, and who shares a conversation with whom. Thread-safe: it holds nothing. */
final class PresenceAtOnce implements ShownAtOnce {
    @Override
    public String projection() {
        return PresenceDocuments.PROJECTION;
    }

    @Override
    public Stream<Interest> to(Object event) {
        return switch (event) {
            case SessionEvent session -> Stream.of(new User(session.user()));
            case ConversationOpened opened -> Stream.concat(
                            Stream.of(opened.owner()), opened.members().stream())
                    .map(User::new);
            case MemberAdded added -> Stream.of(new User(added.user()));
            case MemberRemoved removed -> Stream.of(new User(removed.user()));
            default -> Stream.empty();
        };
    }
}
