package io.ovation.conversation;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.ovation.documents.DocumentStore;
import org.bson.Document;
import reactor.core.publisher.Mono;

import static io.ovation.conversation.ConversationDocuments.CONVERSATIONS;
import static io.ovation.conversation.ConversationDocuments.MEMBERS;
import static io.ovation.conversation.ConversationDocuments.RECEIPTS;
import static io.ovation.conversation.ConversationDocuments.conversationOf;
import static io.ovation.conversation.ConversationDocuments.memberId;

/** What a user may read of some conversations, and has read, for whoever tells of these. Thread-safe. */
public final class Readership {
    /** Whose documents it is found in. */
    public static final String PROJECTION = ConversationDocuments.PROJECTION;

    private final DocumentStore documents;

    public Readership(DocumentStore documents) {
        this.documents = documents;
    }

    /**
     * How far the user has read each of the conversations that they may read: a channel, or what they are a member of.
     */
    public Mono<Map<String, Long>> readUpTo(Collection<String> conversationIds, String user) {
        if (conversationIds.isEmpty()) {
            return Mono.just(Map.of());
        }
        List<String> own = conversationIds.stream().map(id -> memberId(id, user)).toList();
        return Mono.zipDelayError(
                        documents
                                .find(CONVERSATIONS, conversationIds, "kind")
                                .filter(found -> found.containsKey("kind"))
                                .collectMap(found -> found.getString("_id"), found -> found.getString("kind")),
                        documents
                                .find(MEMBERS, own, "role")
                                .filter(member -> member.containsKey("role"))
                                .map(member -> conversationOf(member.getString("_id")))
                                .collectList(),
                        documents
                                .find(RECEIPTS, own, "read")
                                .filter(receipt -> receipt.containsKey("read"))
                                .collectMap(
                                        receipt -> conversationOf(receipt.getString("_id")),
                                        (Document receipt) -> receipt.getLong("read")))
                .map(found -> {
                    Map<String, Long> readable = new HashMap<>();
                    for (String id : conversationIds) {
                        // one that this has not heard of yet is of what is told just now
                        String kind = found.getT1().getOrDefault(id, Kind.channel.name());
                        if (kind.equals(Kind.channel.name()) || found.getT2().contains(id)) {
                            readable.put(id, found.getT3().getOrDefault(id, 0L));
                        }
                    }
                    return readable;
                });
    }
}
