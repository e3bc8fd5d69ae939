package io.ovation.conversation;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import io.ovation.Caller;
import io.ovation.conversation.ConversationEvent.MessageEdited;
import io.ovation.conversation.ConversationEvent.MessageSent;
import io.ovation.live.Topic;
import io.ovation.live.Update;
import io.ovation.live.Watch.Watchable;
import io.ovation.live.WatchedContext;
import io.ovation.mongo.DocumentStore;
import io.ovation.mongo.ReadModels;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.bson.Document;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

import static io.ovation.conversation.ConversationDocuments.MESSAGES;
import static io.ovation.conversation.ConversationDocuments.bucketId;
import static io.ovation.conversation.ConversationDocuments.slot;

/**
 * Conversations as topics. What was missed is read from the log itself, where every event of a conversation is for ever; the documents
 * say only which texts have been redacted since.
 */
final class WatchedConversations implements WatchedContext {
    /** Events that are read from the log, and looked up in the documents, at once. */
    private static final int CHUNK = 128;

    private final ReadModels readModels;
    private final DocumentStore documents;
    private final ConversationAccess access;
    private final Receipts receipts;
    private final EventStore eventStore;
    private final Scheduler scheduler;

    /** @param scheduler whose threads may block: the event store does */
    WatchedConversations(
            ReadModels readModels, DocumentStore documents, ConversationAccess access, EventStore eventStore, Scheduler scheduler) {
        this.readModels = readModels;
        this.documents = documents;
        this.access = access;
        this.receipts = new Receipts(documents);
        this.eventStore = eventStore;
        this.scheduler = scheduler;
    }

    @Override
    public String context() {
        return Topic.conversation("").context();
    }

    @Override
    public Mono<Watchable> watchable(Topic topic, Caller by) {
        return readModels.upToDate(() -> access.readable(topic.id(), by)
                .flatMap(conversation -> receipts.states(topic.id()).map(states -> new Watchable(conversation.last(), states))));
    }

    @Override
    public Flux<Update> missed(Topic topic, long after) {
        return readModels
                .upToDate(() -> access.known(topic.id()))
                .filter(conversation -> conversation.last() > after)
                .flatMapMany(conversation -> events(topic.id(), after + 1, conversation.last()))
                .buffer(CHUNK)
                .concatMap(chunk -> updates(topic.id(), chunk), 1)
                .onErrorMap(ReadModels::unavailable);
    }

    /**
     * Reads no more than is asked for. The first sequence is always given: without it, the store would begin with the aggregate's
     * snapshot.
     */
    private Flux<Recorded> events(String conversationId, long first, long last) {
        return Flux.<Recorded, DomainEventStream>generate(
                        () -> eventStore.readEvents(conversationId, Math.max(0, first)), (stream, sink) -> {
                            if (!stream.hasNext()) {
                                sink.complete();
                                return stream;
                            }
                            DomainEventMessage<?> event = stream.next();
                            if (event.getSequenceNumber() > last) {
                                sink.complete();
                            } else {
                                sink.next(new Recorded((ConversationEvent) event.getPayload(), event.getSequenceNumber()));
                            }
                            return stream;
                        })
                .subscribeOn(scheduler);
    }

    private Flux<Update> updates(String conversationId, List<Recorded> chunk) {
        return redacted(conversationId, chunk)
                .flatMapIterable(redacted -> chunk.stream()
                        .map(recorded -> ConversationUpdates.of(recorded.event(), recorded.sequence(), redacted))
                        .filter(Objects::nonNull)
                        .toList());
    }

    /** Which of the chunk's messages have been redacted up to now. */
    private Mono<LongPredicate> redacted(String conversationId, List<Recorded> chunk) {
        Set<String> buckets = chunk.stream()
                .flatMapToLong(recorded -> seqWithText(recorded.event()))
                .mapToObj(seq -> bucketId(conversationId, seq))
                .collect(Collectors.toSet());
        return documents
                .find(MESSAGES, buckets, "redacted")
                .filter(bucket -> bucket.containsKey("redacted"))
                .collectMap(bucket -> bucket.getString("_id"), bucket -> bucket.get("redacted", Document.class))
                .map(redacted -> seq -> {
                    Document slots = redacted.get(bucketId(conversationId, seq));
                    return slots != null && slots.containsKey(slot(seq));
                });
    }

    private static LongStream seqWithText(ConversationEvent event) {
        return switch (event) {
            case MessageSent sent -> LongStream.of(sent.seq());
            case MessageEdited edited -> LongStream.of(edited.seq());
            default -> LongStream.empty();
        };
    }

    /** An event and its place in its conversation. */
    private record Recorded(ConversationEvent event, long sequence) {}
}
