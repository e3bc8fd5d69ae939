package io.ovation.content;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.ovation.content.ContentEvent.CommentAdded;
import io.ovation.content.ContentEvent.ContentEdited;
import io.ovation.content.ContentEvent.ContentPublished;
import io.ovation.content.ContentEvent.ContentRetracted;
import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.upcasting.event.IntermediateEventRepresentation;
import org.axonframework.serialization.upcasting.event.SingleEventUpcaster;

/**
 * The events of contents from revision 1 to 2, which say in addition the app's own data, whom a comment names, whose
 * content was retracted, and of an edit that left the title what that is. Revision 1 knew none of it, and an event is
 * not guessed at: all stay unsaid.
 */
final class ContentEventsUpcaster extends SingleEventUpcaster {
    private static final Set<SerializedType> FIRST = Stream.of(
                    ContentPublished.class, ContentEdited.class, ContentRetracted.class, CommentAdded.class)
            .map(event -> new SimpleSerializedType(event.getName(), "1"))
            .collect(Collectors.toUnmodifiableSet());

    @Override
    protected boolean canUpcast(IntermediateEventRepresentation event) {
        return FIRST.contains(event.getType());
    }

    @Override
    protected IntermediateEventRepresentation doUpcast(IntermediateEventRepresentation event) {
        return event.upcastPayload(
                new SimpleSerializedType(event.getType().getName(), "2"), byte[].class, payload -> payload);
    }
}
