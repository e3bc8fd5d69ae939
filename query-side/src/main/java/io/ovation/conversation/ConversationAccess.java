package io.ovation.conversation;

import io.ovation.Caller;
import io.ovation.conversation.ConversationRejection.ConversationNotFound;
import io.ovation.conversation.ConversationRejection.NotAMember;
import io.ovation.documents.DocumentStore;
import org.bson.Document;
import reactor.core.publisher.Mono;

import static io.ovation.conversation.ConversationDocuments.CONVERSATIONS;
import static io.ovation.conversation.ConversationDocuments.MEMBERS;
import static io.ovation.conversation.ConversationDocuments.memberId;

/** Who may read a conversation: everyone a channel, members the others, an admin all. */
final class ConversationAccess {
    private final DocumentStore documents;

    ConversationAccess(DocumentStore documents) {
        this.documents = documents;
    }

    /** The conversation as the caller may read it; fails with {@link ConversationNotFound} or {@link NotAMember}. */
    Mono<Readable> readable(String conversationId, Caller by) {
        return conversation(conversationId)
                .zipWhen(
                        conversation -> isOpen(conversation, by) ? Mono.just(true) : isMember(conversationId, by),
                        (conversation, allowed) -> {
                            if (!allowed) {
                                throw new NotAMember();
                            }
                            return new Readable(conversation.getLong("lastSeq"), conversation.getLong("last"));
                        });
    }

    /** The conversation, for one that was let in before; fails with {@link ConversationNotFound}. */
    Mono<Readable> known(String conversationId) {
        return conversation(conversationId)
                .map(conversation -> new Readable(conversation.getLong("lastSeq"), conversation.getLong("last")));
    }

    private Mono<Document> conversation(String conversationId) {
        return documents
                .find(CONVERSATIONS, conversationId, "kind", "lastSeq", "last")
                .switchIfEmpty(Mono.error(ConversationNotFound::new));
    }

    private static boolean isOpen(Document conversation, Caller by) {
        return by.admin() || conversation.getString("kind").equals(Kind.channel.name());
    }

    private Mono<Boolean> isMember(String conversationId, Caller by) {
        return documents
                .find(MEMBERS, memberId(conversationId, by.user()), "role")
                .map(member -> member.containsKey("role"))
                .defaultIfEmpty(false);
    }

    /**
     * A conversation that may be read.
     *
     * @param lastSeq of its last message; 0 when there is none
     * @param last the sequence of its last event
     */
    record Readable(long lastSeq, long last) {}
}
