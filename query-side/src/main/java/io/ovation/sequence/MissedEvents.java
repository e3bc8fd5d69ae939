package io.ovation.sequence;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongPredicate;

import io.ovation.documents.DocumentStore;
import io.ovation.documents.ReadModels;
import io.ovation.live.Update;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.serialization.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * What was missed of one aggregate, read from the log itself, where every event of it is for ever; the documents say
 * only which texts have been redacted since. An event that this version does not know, or that cannot be read, is
 * passed over: those behind it go on. Thread-safe.
 *
 * @param <E> the aggregate's events
 */
public final class MissedEvents<E> {
    private static final Logger log = LoggerFactory.getLogger(MissedEvents.class);

    /** Events that are read from the log, and looked up in the documents, at once. */
    private static final int CHUNK = 128;

    private static final int MOST_REMEMBERED = 1_000;

    private final Class<E> events;
    private final Buckets buckets;
    private final Telling<E> telling;
    private final Function<E, OptionalLong> seqWithText;
    private final DocumentStore documents;
    private final EventStore eventStore;
    private final Scheduler scheduler;
    private final Set<String> passedOver = ConcurrentHashMap.newKeySet();

    /** What watchers are told of an event; null where nothing is told. */
    @FunctionalInterface
    public interface Telling<E> {
        /**
         * @param sequence the event's place in its aggregate
         * @param isRedacted tells of a seq whether the text of that entry is not to be shown any more
         */
        @Nullable
        Update of(E event, long sequence, LongPredicate isRedacted);
    }

    /** An event and its place in its aggregate. */
    private record Recorded<E>(E event, long sequence) {}

    /**
     * @param seqWithText the seq of the entry whose text an event says; empty where it says none
     * @param scheduler whose threads may block: the event store does
     */
    public MissedEvents(
            Class<E> events,
            Buckets buckets,
            Telling<E> telling,
            Function<E, OptionalLong> seqWithText,
            DocumentStore documents,
            EventStore eventStore,
            Scheduler scheduler) {
        this.events = events;
        this.buckets = buckets;
        this.telling = telling;
        this.seqWithText = seqWithText;
        this.documents = documents;
        this.eventStore = eventStore;
        this.scheduler = scheduler;
    }

    /** The updates above one sequence and up to another, in order. */
    public Flux<Update> read(String aggregateId, long above, long last) {
        if (last <= above) {
            return Flux.empty();
        }
        return events(aggregateId, above + 1, last)
                .buffer(CHUNK)
                .concatMap(chunk -> updates(aggregateId, chunk), 1)
                .onErrorMap(ReadModels::unavailable);
    }

    /**
     * Reads no more than is asked for. The first sequence is always given: without it, the store would begin with the
     * aggregate's snapshot.
     */
    private Flux<Recorded<E>> events(String aggregateId, long first, long last) {
        return Flux.<Recorded<E>, DomainEventStream>generate(
                        () -> eventStore.readEvents(aggregateId, Math.max(0, first)), (stream, sink) -> {
                            Recorded<E> next = nextKnown(stream, last);
                            if (next == null) {
                                sink.complete();
                            } else {
                                sink.next(next);
                            }
                            return stream;
                        })
                .subscribeOn(scheduler);
    }

    private @Nullable Recorded<E> nextKnown(DomainEventStream stream, long last) {
        while (stream.hasNext()) {
            DomainEventMessage<?> event = stream.next();
            if (event.getSequenceNumber() > last) {
                return null;
            }
            E known = known(event);
            if (known != null) {
                return new Recorded<>(known, event.getSequenceNumber());
            }
        }
        return null;
    }

    private @Nullable E known(DomainEventMessage<?> event) {
        try {
            Object payload = event.getPayload();
            if (events.isInstance(payload)) {
                return events.cast(payload);
            }
            passedOver(event, "this version does not know it");
        } catch (SerializationException e) {
            passedOver(event, e.getClass().getSimpleName());
        }
        return null;
    }

    /** Told once for each event, as far as that can be remembered. */
    private void passedOver(DomainEventMessage<?> event, String reason) {
        if (passedOver.size() < MOST_REMEMBERED && passedOver.add(event.getIdentifier())) {
            log.warn(
                    "Event {} of {} in the log is passed over by live streams: {}",
                    event.getSequenceNumber(),
                    event.getAggregateIdentifier(),
                    reason);
        }
    }

    private Flux<Update> updates(String aggregateId, List<Recorded<E>> chunk) {
        List<Long> seqs = chunk.stream()
                .map(recorded -> seqWithText.apply(recorded.event()))
                .filter(OptionalLong::isPresent)
                .map(OptionalLong::getAsLong)
                .toList();
        Mono<LongPredicate> redacted = buckets.redacted(documents, aggregateId, seqs);
        return redacted.flatMapIterable(isRedacted -> chunk.stream()
                .map(recorded -> telling.of(recorded.event(), recorded.sequence(), isRedacted))
                .filter(Objects::nonNull)
                .toList());
    }
}
