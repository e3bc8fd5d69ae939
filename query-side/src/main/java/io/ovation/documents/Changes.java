package io.ovation.documents;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.axonframework.messaging.unitofwork.UnitOfWork;

/**
 * What the events of one batch, or of several, do to documents, document by document. Event handlers of the
 * {@code history} group only add to it; it is folded and written in one go at the end.
 *
 * <p>A step must depend on nothing but the event and the {@link Draft}: a document is then the same however the log was
 * cut into batches, and whatever a crash left unwritten. For use by one thread.
 */
public final class Changes {
    private static final String RESOURCE = Changes.class.getName();

    private final Map<Reference, List<Change>> changes = new LinkedHashMap<>();
    private int events;
    private long last = Long.MIN_VALUE;

    /** Which document. */
    record Reference(DocumentType type, String id) {}

    /** What the event at a position does to a document. */
    record Change(long position, Consumer<Draft> step) {}

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
        if (position != last) {
            last = position;
            events++;
        }
        changes.computeIfAbsent(new Reference(type, id), reference -> new ArrayList<>(4))
                .add(new Change(position, step));
    }

    /** Of how many events they are. */
    int events() {
        return events;
    }

    /** How many documents they are about. */
    int documents() {
        return changes.size();
    }

    Map<Reference, List<Change>> all() {
        return changes;
    }
}
