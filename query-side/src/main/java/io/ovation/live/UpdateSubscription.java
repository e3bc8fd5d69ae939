package io.ovation.live;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.axonframework.messaging.responsetypes.MultipleInstancesResponseType;
import org.axonframework.messaging.responsetypes.OptionalResponseType;
import org.axonframework.messaging.responsetypes.PublisherResponseType;
import org.axonframework.messaging.responsetypes.ResponseType;
import org.axonframework.queryhandling.SubscriptionQueryMessage;
import org.axonframework.queryhandling.SubscriptionQueryUpdateMessage;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/**
 * One subscription query and the updates that wait for it. It removes itself, once, however it ends. For any number of
 * threads; takes no lock.
 */
final class UpdateSubscription {
    private final SubscriptionQueryMessage<?, ?, ?> query;
    private final int bufferSize;
    private final Sinks.Many<SubscriptionQueryUpdateMessage<?>> sink;
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * @param bufferSize how many updates may wait
     * @param onEnd is called once, when nobody can get an update from here any more
     */
    UpdateSubscription(SubscriptionQueryMessage<?, ?, ?> query, int bufferSize, Consumer<UpdateSubscription> onEnd) {
        this.query = query;
        this.bufferSize = bufferSize;
        AtomicBoolean ended = new AtomicBoolean();
        // The queue is for several producers, and the sink drains it one at a time: so it needs no guard against
        // concurrent emission. It
        // is counted instead of bounded, because a bounded one would take its whole room at once, for each topic.
        this.sink = Sinks.unsafe()
                .many()
                .unicast()
                .onBackpressureBuffer(
                        Queues.<SubscriptionQueryUpdateMessage<?>>unboundedMultiproducer()
                                .get(),
                        () -> {
                            if (ended.compareAndSet(false, true)) {
                                onEnd.accept(this);
                            }
                        });
    }

    SubscriptionQueryMessage<?, ?, ?> query() {
        return query;
    }

    @SuppressWarnings("unchecked") // the caller has asked takes()
    <U> SubscriptionQueryMessage<?, ?, U> queryFor() {
        return (SubscriptionQueryMessage<?, ?, U>) query;
    }

    @SuppressWarnings("unchecked") // next() is given what takes() allows
    <U> Flux<SubscriptionQueryUpdateMessage<U>> updates() {
        return sink.asFlux().doOnNext(update -> waiting.decrementAndGet()).map(update ->
                (SubscriptionQueryUpdateMessage<U>) update);
    }

    /** Whether the query asked for updates of this type; the rules are those of Axon's own emitter. */
    boolean takes(Class<?> updateType) {
        ResponseType<?> wanted = query.getUpdateResponseType();
        return switch (wanted) {
            case MultipleInstancesResponseType<?> _ ->
                updateType.isArray() || Iterable.class.isAssignableFrom(updateType);
            case OptionalResponseType<?> _ -> Optional.class.isAssignableFrom(updateType);
            case PublisherResponseType<?> _ -> Publisher.class.isAssignableFrom(updateType);
            default -> wanted.getExpectedResponseType().isAssignableFrom(updateType);
        };
    }

    void next(SubscriptionQueryUpdateMessage<?> update) {
        if (waiting.incrementAndGet() > bufferSize) {
            fail(new UpdatesOverflow(bufferSize));
        } else {
            // refused only where the subscription has ended
            sink.tryEmitNext(update);
        }
    }

    void complete() {
        sink.tryEmitComplete();
    }

    void fail(Throwable cause) {
        sink.tryEmitError(cause);
    }
}
