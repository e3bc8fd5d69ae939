package io.ovation.sequence;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import io.ovation.eventstore.RecordedEvents;
import io.ovation.sequence.RecentEntries.Known;
import org.axonframework.eventhandling.DomainEventMessage;

/**
 * The entries of one aggregate's sequence, those of late from its memory and older ones from the log, as one command
 * looks them up (see {@code docs/adr/0003-ids-are-event-identifiers.md}).
 *
 * @param <E> the event that adds an entry; its identifier is the entry's id
 */
public final class Entries<E> {
    private final Kind<E> kind;
    private final RecentEntries recent;
    private final RecordedEvents recorded;
    private final Predicate<E> isHere;

    /**
     * What a context's entries are.
     *
     * @param event adds an entry
     * @param known what is remembered of the entry that an event added
     * @param redactionId the identifier of the event that redacts an entry
     */
    public record Kind<E>(Class<E> event, Function<E, Known> known, UnaryOperator<String> redactionId) {}

    /** @param isHere whether the entry of an event is one of this aggregate's */
    public Entries(Kind<E> kind, RecentEntries recent, RecordedEvents recorded, Predicate<E> isHere) {
        this.kind = kind;
        this.recent = recent;
        this.recorded = recorded;
        this.isHere = isHere;
    }

    /**
     * What was added before with this id, here or elsewhere. The ids that are not in memory are asked of the log, but
     * only on the second try, after the store has said that it holds the id: the first use of an id, which nearly every
     * one is, costs no look-up.
     */
    public Optional<Known> before(String id, boolean secondTry) {
        Known known = recent.find(id);
        if (known != null || !secondTry) {
            return Optional.ofNullable(known);
        }
        return recorded.find(id).map(event -> here(event).map(kind.known()).orElse(Known.ELSEWHERE));
    }

    /** The entry with this id, and whether it is redacted; empty when there is none in this sequence. */
    public Optional<Known> find(String id) {
        Known known = recent.find(id);
        if (known != null) {
            return Optional.of(known);
        }
        return recorded.find(id)
                .flatMap(this::here)
                .map(kind.known())
                .map(old -> isRedacted(id) ? old.asRedacted() : old);
    }

    private boolean isRedacted(String id) {
        return recorded.find(kind.redactionId().apply(id)).isPresent();
    }

    private Optional<E> here(DomainEventMessage<?> event) {
        return Optional.of(event.getPayload())
                .filter(kind.event()::isInstance)
                .map(kind.event()::cast)
                .filter(isHere);
    }
}
