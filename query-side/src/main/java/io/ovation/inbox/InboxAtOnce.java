package io.ovation.inbox;

import java.util.stream.Stream;

import io.ovation.conversation.ReceiptEvent.ConversationRead;
import io.ovation.documents.Interest;
import io.ovation.documents.Interest.User;
import io.ovation.documents.ShownAtOnce;

/**
 * Of inboxes: what one has read. What one may see of it is found in other documents when it is read. Thread-safe: it
 * holds nothing.
 */
final class InboxAtOnce implements ShownAtOnce {
    @Override
    public String projection() {
        return InboxDocuments.PROJECTION;
    }

    @Override
    public Stream<Interest> to(Object event) {
        return switch (event) {
            case InboxEvent read -> Stream.of(new User(read.user()));
            case ConversationRead read -> Stream.of(new User(read.user()));
            default -> Stream.empty();
        };
    }
}
