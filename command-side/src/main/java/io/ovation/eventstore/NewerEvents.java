package io.ovation.eventstore;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.ovation.WrittenByNewer;
import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.UnknownSerializedType;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.axonframework.serialization.upcasting.event.IntermediateEventRepresentation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last of the upcasters: sees what a newer version has written, a kind of event or a revision that this one does
 * not know, and whose new fields it would pass over. Each is told once in the log. Nothing is decided on it; read
 * models and streams show what this version knows of it. For any number of threads.
 */
final class NewerEvents implements EventUpcaster {
    private static final Logger LOG = LoggerFactory.getLogger(NewerEvents.class);

    private final Serializer serializer;
    private final boolean refuses;
    private final Set<SerializedType> known = ConcurrentHashMap.newKeySet();
    private final Set<SerializedType> newer = ConcurrentHashMap.newKeySet();

    private NewerEvents(Serializer serializer, boolean refuses) {
        this.serializer = serializer;
        this.refuses = refuses;
    }

    /** For those who decide: such an event is a {@link WrittenByNewer}. */
    static NewerEvents refused(Serializer serializer) {
        return new NewerEvents(serializer, true);
    }

    /** For those who show: it is only told. */
    static NewerEvents told(Serializer serializer) {
        return new NewerEvents(serializer, false);
    }

    @Override
    public Stream<IntermediateEventRepresentation> upcast(Stream<IntermediateEventRepresentation> events) {
        return events.peek(event -> {
            if (isNewer(event.getType()) && refuses) {
                throw new WrittenByNewer();
            }
        });
    }

    private boolean isNewer(SerializedType type) {
        if (known.contains(type)) {
            return false;
        }
        if (newer.contains(type)) {
            return true;
        }
        Class<?> event = serializer.classForType(type);
        boolean isKnown = event != UnknownSerializedType.class
                && revision(type) <= revision(serializer.typeForClass(event));
        if (isKnown) {
            known.add(type);
        } else if (newer.add(type)) {
            LOG.warn(
                    "The log holds {} in revision {}, which a newer version wrote. This node decides nothing on it, "
                            + "and shows what it knows of it: bring all nodes to the newer version",
                    type.getName().substring(type.getName().lastIndexOf('.') + 1),
                    type.getRevision());
        }
        return !isKnown;
    }

    private static int revision(SerializedType type) {
        String revision = type.getRevision();
        try {
            return revision == null ? 0 : Integer.parseInt(revision);
        } catch (NumberFormatException e) {
            return Integer.MAX_VALUE;
        }
    }
}
