package io.ovation.inbox;

import io.ovation.inbox.InboxEvent.InboxRead;
import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.upcasting.event.IntermediateEventRepresentation;
import org.axonframework.serialization.upcasting.event.SingleEventUpcaster;

/**
 * {@link InboxRead} from revision 1 to 2, which can say in addition up to which first event all was read. Revision 1
 * never said it, and what it read stays read as it was.
 */
final class InboxReadUpcaster extends SingleEventUpcaster {
    private static final SimpleSerializedType FIRST = new SimpleSerializedType(InboxRead.class.getName(), "1");
    private static final SimpleSerializedType SECOND = new SimpleSerializedType(InboxRead.class.getName(), "2");

    @Override
    protected boolean canUpcast(IntermediateEventRepresentation event) {
        return event.getType().equals(FIRST);
    }

    @Override
    protected IntermediateEventRepresentation doUpcast(IntermediateEventRepresentation event) {
        return event.upcastPayload(SECOND, byte[].class, payload -> payload);
    }
}
