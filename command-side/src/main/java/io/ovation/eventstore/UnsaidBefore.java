package io.ovation.eventstore;

import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.upcasting.event.IntermediateEventRepresentation;
import org.axonframework.serialization.upcasting.event.SingleEventUpcaster;

/**
 * Takes an event to its next revision, which only says more. An earlier event is not guessed at: what it did not say
 * stays unsaid. It has no state that changes, and any thread may use it.
 */
public final class UnsaidBefore extends SingleEventUpcaster {
    private final SimpleSerializedType before;
    private final SimpleSerializedType after;

    /** @param revision the revision that it makes of the one before */
    public UnsaidBefore(Class<?> event, int revision) {
        before = new SimpleSerializedType(event.getName(), Integer.toString(revision - 1));
        after = new SimpleSerializedType(event.getName(), Integer.toString(revision));
    }

    @Override
    protected boolean canUpcast(IntermediateEventRepresentation event) {
        return event.getType().equals(before);
    }

    @Override
    protected IntermediateEventRepresentation doUpcast(IntermediateEventRepresentation event) {
        return event.upcastPayload(after, byte[].class, payload -> payload);
    }
}
