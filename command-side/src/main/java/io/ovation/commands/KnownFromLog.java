package io.ovation.commands;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.ovation.cluster.Nodes;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was found in the log about a thing, remembered for the next that ask: what a command has to know of other
 * aggregates without loading or locking them. Bounded. What this node records is known before its command is answered;
 * where there may be other nodes nothing is remembered, so that what they record is known as soon. For any number of
 * threads; blocks for a reading of the log.
 */
public final class KnownFromLog<V> {
    private static final Logger LOG = LoggerFactory.getLogger(KnownFromLog.class);
    private static final Duration LIFE = Duration.ofSeconds(5);
    private static final int MOST = 50_000;

    private final Cache<String, V> known =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(LIFE).build();
    private final Function<String, Optional<V>> fromLog;
    private final boolean remembers;

    /** For a node that is alone. */
    public KnownFromLog(
            EventStore eventStore,
            Function<EventMessage<?>, Optional<String>> changes,
            Function<String, Optional<V>> fromLog) {
        this(eventStore, Nodes.ALONE, changes, fromLog);
    }

    /**
     * @param changes which thing's an event is, after which it has to be looked up again; empty for none
     * @param fromLog looks a thing up; empty where there is none
     */
    public KnownFromLog(
            EventStore eventStore,
            Nodes nodes,
            Function<EventMessage<?>, Optional<String>> changes,
            Function<String, Optional<V>> fromLog) {
        this.fromLog = fromLog;
        this.remembers = !nodes.several();
        // called when the events are durable and before their command is answered
        eventStore.subscribe(events -> events.forEach(event -> {
            try {
                changes.apply(event).ifPresent(this::forget);
            } catch (RuntimeException e) {
                // what is durable has not failed
                LOG.error("An event could not be looked at", e);
            }
        }));
    }

    /** What there is of a thing; what there is not is looked up each time, since it may come. */
    @SuppressWarnings("NullAway") // Caffeine keeps nothing where the function answers null
    public Optional<V> find(String id) {
        if (!remembers) {
            return fromLog.apply(id);
        }
        return Optional.ofNullable(known.get(id, key -> fromLog.apply(key).orElse(null)));
    }

    /**
     * Waits for a look-up that is under way, so that what it found is not kept. Caffeine's {@code computeIfPresent}
     * would pass one by that has not found anything yet.
     */
    @SuppressWarnings("NullAway") // Caffeine removes what the function answers null for
    private void forget(String id) {
        known.asMap().compute(id, (key, value) -> null);
    }
}
