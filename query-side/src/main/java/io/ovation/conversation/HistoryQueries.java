package io.ovation.conversation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.ovation.conversation.ConversationQuery.FindHistory;
import io.ovation.conversation.ConversationQuery.HistoryPage;
import io.ovation.conversation.ConversationQuery.MessageView;
import io.ovation.mongo.DocumentStore;
import io.ovation.mongo.ReadModels;
import org.axonframework.queryhandling.QueryHandler;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import static io.ovation.conversation.ConversationDocuments.MESSAGES;
import static io.ovation.conversation.ConversationDocuments.bucketId;
import static io.ovation.conversation.ConversationDocuments.bucketIds;
import static io.ovation.conversation.ConversationDocuments.slot;

/**
 * Pages of messages. The seqs have no gap, so that the documents of a page are known from its bounds: its cost does not grow with the
 * conversation.
 */
final class HistoryQueries {
    private final ReadModels readModels;
    private final DocumentStore documents;
    private final ConversationAccess access;

    HistoryQueries(ReadModels readModels, DocumentStore documents, ConversationAccess access) {
        this.readModels = readModels;
        this.documents = documents;
        this.access = access;
    }

    @QueryHandler
    CompletableFuture<HistoryPage> handle(FindHistory query) {
        return readModels.answer(() -> access.readable(query.conversationId(), query.by())
                .flatMap(conversation -> page(query, conversation.lastSeq())));
    }

    private Mono<HistoryPage> page(FindHistory query, long lastSeq) {
        Range range = Range.of(query, lastSeq);
        if (range.isEmpty()) {
            return Mono.just(new HistoryPage(List.of(), lastSeq));
        }
        String id = query.conversationId();
        return documents
                .find(MESSAGES, bucketIds(id, range.first(), range.last()), "messages")
                .collectMap(bucket -> bucket.getString("_id"), bucket -> bucket.get("messages", Document.class))
                .map(buckets -> page(id, range, buckets, lastSeq));
    }

    private static HistoryPage page(String id, Range range, Map<String, Document> buckets, long lastSeq) {
        List<MessageView> messages = new ArrayList<>((int) (range.last() - range.first() + 1));
        for (long seq = range.first(); seq <= range.last(); seq++) {
            @Nullable Document bucket = buckets.get(bucketId(id, seq));
            @Nullable Document message = bucket == null ? null : bucket.get(slot(seq), Document.class);
            if (message == null) {
                // Being written just now: the conversation has it already, the bucket not yet. As if it came after this answer.
                return new HistoryPage(messages, seq - 1);
            }
            messages.add(MessageDocuments.view(message));
        }
        return new HistoryPage(messages, lastSeq);
    }

    /** The seqs of a page, both in it. */
    record Range(long first, long last) {
        static Range of(FindHistory query, long lastSeq) {
            Long after = query.after();
            Long before = query.before();
            long low = after == null ? 1 : Math.max(1, saturatedNext(after));
            long high = before == null ? lastSeq : Math.min(lastSeq, Math.max(before, 1) - 1);
            // with a lower bound from there upwards, else the last ones
            return after == null ? new Range(Math.max(low, high - query.limit() + 1), high)
                    : new Range(low, Math.min(high, low + query.limit() - 1));
        }

        boolean isEmpty() {
            return first > last;
        }

        private static long saturatedNext(long seq) {
            return seq == Long.MAX_VALUE ? seq : seq + 1;
        }
    }
}
