package io.ovation.documents;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.ovation.live.Live;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * How far the read models must be for an answer: up to the last event that has to be in it. It follows the log of all
 * nodes by the live processor, which is ahead of the documents. What all documents have is forgotten. Written by one
 * thread, and read by any.
 */
@ProcessingGroup(Live.GROUP)
final class Owed {
    private static final Logger log = LoggerFactory.getLogger(Owed.class);

    /** Below that it is not worth looking for what can be forgotten. */
    private static final int FEW = 10_000;

    private final Map<String, Debts> byProjection = new HashMap<>();
    private final Projected seen = new Projected();

    /** All up to there was in the log before this began, and is owed to everybody. */
    private volatile long before = Long.MAX_VALUE;

    Owed(List<ShownAtOnce> projections, Positions positions) {
        projections.forEach(each ->
                byProjection.put(each.projection(), new Debts(each, positions.of(each.projection()))));
    }

    /** What a projection owes: the last position of each interest; written by one thread. */
    private static final class Debts {
        private final ShownAtOnce events;
        private final Projected projected;
        private final Map<Interest, Long> last = new ConcurrentHashMap<>();
        private int lookAt = FEW;

        Debts(ShownAtOnce events, Projected projected) {
            this.events = events;
            this.projected = projected;
        }

        void take(EventMessage<?> event, long position) {
            try {
                events.to(event.getPayload()).forEach(whom -> last.merge(whom, position, Math::max));
            } catch (RuntimeException e) {
                log.debug("Nobody knows whom the event at {} concerns: all wait for it", position, e);
                last.merge(Interest.EVERYBODY, position, Math::max);
            }
            if (last.size() > lookAt) {
                long written = projected.position();
                last.values().removeIf(each -> each <= written);
                lookAt = Math.max(FEW, 2 * last.size());
            }
        }

        long to(Collection<Interest> answer) {
            long owed = last.getOrDefault(Interest.EVERYBODY, -1L);
            for (Interest interest : answer) {
                owed = Math.max(owed, last.getOrDefault(interest, -1L));
            }
            return owed;
        }
    }

    @EventHandler
    void on(EventMessage<?> event, TrackingToken token) {
        long position = token.position().orElseThrow();
        if (before == Long.MAX_VALUE) {
            before = position - 1;
        }
        byProjection.values().forEach(debts -> debts.take(event, position));
        seen.advance(position);
    }

    /**
     * The position that a projection's documents must be at for an answer, of what was in the log up to its head when
     * it was asked for.
     */
    Mono<Long> to(Collection<Interest> answer, String projection, long head) {
        return seen.await(head).then(Mono.fromSupplier(() -> {
            Debts debts = byProjection.get(projection);
            // what nobody speaks for is owed as a whole
            return debts == null ? head : Math.max(before, debts.to(answer));
        }));
    }
}
