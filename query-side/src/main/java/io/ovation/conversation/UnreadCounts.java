package io.ovation.conversation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.ovation.documents.DocumentStore;
import org.bson.Document;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import static io.ovation.conversation.ConversationDocuments.MESSAGES;

/**
 * How many of the others' messages are above a user's read mark. Those above it are counted by their seqs, which have
 * no gap; what the user sent among them is taken off. That is known from the user's own document unless the mark lies
 * far below their latest messages: then it is counted in the messages, once for each mark, for what was sent up to a
 * mark never changes.
 */
final class UnreadCounts {
    private static final int REMEMBERED = 10_000;

    private final DocumentStore documents;

    /** How many messages a user had sent up to a mark. */
    private final Cache<Mark, Long> sentUpTo = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .executor(Runnable::run)
            .build();

    private record Mark(String conversationId, String user, long read) {}

    UnreadCounts(DocumentStore documents) {
        this.documents = documents;
    }

    /**
     * The count.
     *
     * @param lastSeq the seq up to which to count
     * @param read the user's read mark
     * @param member how many messages the user sent ({@code sent}) and the seqs of the latest of them ({@code own}),
     *     not older than {@code lastSeq}; null for none
     */
    Mono<Long> count(String conversationId, String user, long lastSeq, long read, @Nullable Document member) {
        long above = Math.max(0, lastSeq - read);
        Long sent = member == null ? null : member.getLong("sent");
        if (sent == null || member == null || above == 0) {
            return Mono.just(above);
        }
        OwnSeqs own = OwnSeqs.of(member.get("own", Binary.class));
        long first = own.first();
        if (read >= first - 1 || sent == own.size()) {
            return Mono.just(above - own.count(read, lastSeq));
        }
        // newer ones than the conversation that was read before them
        long later = own.count(lastSeq, Long.MAX_VALUE);
        if (read == 0) {
            return Mono.just(Math.max(0, above - (sent - later)));
        }
        return sentUpTo(new Mark(conversationId, user, read), sent - own.size(), first)
                .map(before -> Math.max(0, above - (sent - before - later)));
    }

    /**
     * @param olderSent how many messages the user sent before {@code first}
     */
    private Mono<Long> sentUpTo(Mark mark, long olderSent, long first) {
        Long known = sentUpTo.getIfPresent(mark);
        if (known != null) {
            return Mono.just(known);
        }
        return sentBetween(mark, first)
                .map(between -> olderSent - between)
                .doOnNext(count -> sentUpTo.put(mark, count));
    }

    /** How many messages the user sent above the mark and before {@code first}. */
    private Mono<Long> sentBetween(Mark mark, long first) {
        return MESSAGES.between(documents, mark.conversationId(), mark.read() + 1, first - 1)
                .filter(message -> mark.user().equals(message.getString("sender")))
                .count();
    }
}
