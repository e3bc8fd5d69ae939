package io.ovation.conversation;

import io.ovation.conversation.ConversationEvent.MessageSent;
import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.upcasting.event.IntermediateEventRepresentation;
import org.axonframework.serialization.upcasting.event.SingleEventUpcaster;

/**
 * {@link MessageSent} from revision 1 to 2, which says in addition whose message is replied to and who the other one of
 * a direct conversation is. Revision 1 knew neither, and an event is not guessed at: both stay unsaid.
 */
final class MessageSentUpcaster extends SingleEventUpcaster {
    private static final SimpleSerializedType FIRST = new SimpleSerializedType(MessageSent.class.getName(), "1");
    private static final SimpleSerializedType SECOND = new SimpleSerializedType(MessageSent.class.getName(), "2");

    @Override
    protected boolean canUpcast(IntermediateEventRepresentation event) {
        return event.getType().equals(FIRST);
    }

    @Override
    protected IntermediateEventRepresentation doUpcast(IntermediateEventRepresentation event) {
        return event.upcastPayload(SECOND, byte[].class, payload -> payload);
    }
}
