package io.ovation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericTrackedDomainEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.messaging.StreamableMessageSource;
import org.jspecify.annotations.Nullable;

/**
 * A log in memory that behaves like the real one, which this room can't see: it wakes its readers, and its tokens are
 * positions without gaps. The aggregates' events are in Axon's own event store beside it.
 */
public final class TestLog implements StreamableMessageSource<TrackedEventMessage<?>> {
    private volatile List<TrackedEventMessage<?>> events = List.of();
    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
    private final AtomicInteger eventsRead = new AtomicInteger();
    private final AtomicLong streamed = new AtomicLong();
    private volatile Runnable onRead = () -> {};
    private final EventStorageEngine engine = new Counting();
    private final EventStore store =
            EmbeddedEventStore.builder().storageEngine(engine).build();

    public EventStore store() {
        return store;
    }

    public synchronized void append(List<? extends DomainEventMessage<?>> appended) {
        engine.appendEvents(appended);
        List<TrackedEventMessage<?>> tracked = new ArrayList<>();
        for (DomainEventMessage<?> event : appended) {
            tracked.add(new GenericTrackedDomainEventMessage<>(
                    new GlobalSequenceTrackingToken(events.size() + tracked.size()), event));
        }
        List<TrackedEventMessage<?>> all = new ArrayList<>(events);
        all.addAll(tracked);
        events = Collections.unmodifiableList(all);
        streams.forEach(Stream::wake);
    }

    /** How many events processors have read. */
    public long streamed() {
        return streamed.get();
    }

    /** The position of an aggregate's event. */
    public long position(String aggregateId, long sequence) {
        List<TrackedEventMessage<?>> all = events;
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i) instanceof DomainEventMessage<?> event
                    && event.getAggregateIdentifier().equals(aggregateId)
                    && event.getSequenceNumber() == sequence) {
                return i;
            }
        }
        return Long.MIN_VALUE;
    }

    /** How many events of aggregates have been read. */
    public int eventsRead() {
        return eventsRead.get();
    }

    /** Does that before each event of an aggregate that is read, as a read does that takes its time. */
    public void onRead(Runnable action) {
        onRead = action;
    }

    public List<TrackedEventMessage<?>> events() {
        return events;
    }

    @Override
    public BlockingStream<TrackedEventMessage<?>> openStream(@Nullable TrackingToken token) {
        Stream stream = new Stream(token == null ? 0 : (int) token.position().orElseThrow() + 1);
        streams.add(stream);
        return stream;
    }

    @Override
    public @Nullable TrackingToken createTailToken() {
        return null;
    }

    @Override
    public @Nullable TrackingToken createHeadToken() {
        int size = events.size();
        return size == 0 ? null : new GlobalSequenceTrackingToken(size - 1);
    }

    private final class Stream implements BlockingStream<TrackedEventMessage<?>> {
        private int next;
        private volatile Runnable callback = () -> {};

        Stream(int next) {
            this.next = next;
        }

        void wake() {
            callback.run();
        }

        @Override
        public Optional<TrackedEventMessage<?>> peek() {
            return next < events.size() ? Optional.of(events.get(next)) : Optional.empty();
        }

        @Override
        public boolean hasNextAvailable(int timeout, TimeUnit unit) {
            return next < events.size();
        }

        @Override
        public TrackedEventMessage<?> nextAvailable() {
            streamed.incrementAndGet();
            return events.get(next++);
        }

        @Override
        public boolean setOnAvailableCallback(Runnable callback) {
            this.callback = callback;
            return true;
        }

        @Override
        public void close() {
            streams.remove(this);
        }
    }

    private final class Counting extends InMemoryEventStorageEngine {
        @Override
        public DomainEventStream readEvents(String aggregateIdentifier, long firstSequenceNumber) {
            return DomainEventStream.of(super.readEvents(aggregateIdentifier, firstSequenceNumber)
                    .asStream()
                    .peek(event -> {
                        onRead.run();
                        eventsRead.incrementAndGet();
                    }));
        }
    }
}
