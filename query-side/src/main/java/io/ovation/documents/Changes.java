package io.ovation.documents;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.Segment;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * What the events of one batch, or of several, do to documents, document by document. The event handlers of
 * its processing group only add to it; it is folded and written in one go at the end.
 *
 * <p>A step must depend on nothing but the event and the {@link Draft}: a document is then the same however the log was
 * cut into batches, and whatever a crash left unwritten. For use by one thread.
 */
public final class Changes {
    private static final String RESOURCE = Changes.class.getName();

    /**
     * A batch that changes so many documents ends with the event that it is at: an opening changes 10,000, and a batch
     * of a thousand openings would take gigabytes.
     */
    private static final int MOST_DOCUMENTS = 8_192;

    /** The same of one with so many bytes of text: a batch of the longest bodies would take a gigabyte, too. */
    private static final long MOST_BYTES = 16L << 20;

    private final Map<Reference, List<Change>> changes = new LinkedHashMap<>();
    private final NavigableMap<Long, Source> sources = new TreeMap<>();
    private long bytes;
    private boolean again;

    /** Which document. */
    record Reference(DocumentType type, String id) {}

    /**
     * What the event at a position does to a document.
     *
     * @param again whether the document takes it also where it has taken later ones: one that was put aside before
     */
    record Change(long position, Consumer<Draft> step, boolean again) {}

    /**
     * Which event changes come from.
     *
     * @param sequence whatever is of one is taken in its order, or not at all: the id of the aggregate
     */
    record Source(long position, String sequence, String eventId, String type) {
        static Source of(EventMessage<?> event, long position) {
            if (event instanceof DomainEventMessage<?> of) {
                return new Source(position, of.getAggregateIdentifier(), of.getIdentifier(), of.getType());
            }
            return new Source(position, event.getIdentifier(), event.getIdentifier(), "");
        }
    }

    /** The changes of the batch that the unit of work handles. */
    public static Changes of(UnitOfWork<?> batch) {
        return batch.getOrComputeResource(RESOURCE, key -> new Changes());
    }

    /** Has the batch's events added to these. Before the first of them is handled. */
    void goOnIn(UnitOfWork<?> batch) {
        batch.resources().put(RESOURCE, this);
    }

    /**
     * Has an event change a document.
     *
     * @param position the event's position in the log; events must come in ascending order
     * @param step what the event does; an event has one step a document
     */
    public void add(DocumentType type, String id, long position, Consumer<Draft> step) {
        changes.computeIfAbsent(new Reference(type, id), reference -> new ArrayList<>(4))
                .add(new Change(position, step, again));
    }

    /**
     * An event brings a text that is kept until it is written.
     *
     * @param text null for none
     */
    public void hold(@Nullable String text) {
        if (text != null) {
            bytes += 2L * text.length();
        }
    }

    /** Whether they are so many that they are written before anything is added. */
    boolean isLarge() {
        return changes.size() >= MOST_DOCUMENTS || bytes >= MOST_BYTES;
    }

    /** Has handlers add what an event changes, outside of a processor. */
    void note(EventMessage<?> event, EventHandlerInvoker handlers) throws Exception {
        UnitOfWork<EventMessage<?>> batch = DefaultUnitOfWork.startAndGet(event);
        try {
            goOnIn(batch);
            handlers.handle(event, Segment.ROOT_SEGMENT);
        } finally {
            batch.rollback();
        }
    }

    /** Of how many events they are. */
    int events() {
        return sources.size();
    }

    /** The events that come now are taken also by documents that have taken later ones. */
    void again() {
        again = true;
    }

    /** Tells which event the changes at its position come from. */
    void from(Source event) {
        sources.put(event.position(), event);
    }

    /** The event at a position. */
    Source source(long position) {
        return sources.getOrDefault(position, new Source(position, "at " + position, "", ""));
    }

    /** The last event that is to change a document. */
    @Nullable
    Source lastOf(String collection, String id) {
        return changes.entrySet().stream()
                .filter(entry -> entry.getKey().id().equals(id)
                        && entry.getKey().type().collection().equals(collection))
                .map(entry -> source(entry.getValue().getLast().position()))
                .findAny()
                .orElse(null);
    }

    /** Leaves out what such events do. */
    void leaveOut(Predicate<Source> events) {
        Set<Long> positions = sources.values().stream()
                .filter(events)
                .map(Source::position)
                .collect(Collectors.toSet());
        if (!positions.isEmpty()) {
            changes.values().forEach(steps -> steps.removeIf(step -> positions.contains(step.position())));
            changes.values().removeIf(List::isEmpty);
        }
    }

    /** How many documents they are about. */
    int documents() {
        return changes.size();
    }

    Map<Reference, List<Change>> all() {
        return changes;
    }
}
