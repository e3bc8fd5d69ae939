package io.ovation.documents;

import java.util.List;

import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * What a batch of events does to documents. Immutable.
 *
 * @param kept documents that are written as they are: before the changes what others have no room for any more
 * @param changes of documents, at most one of each
 * @param place where the projection is once all of it is written; null where it stays
 */
public record Batch(List<Kept> kept, List<Change> changes, @Nullable Place place) {

    /**
     * A document that is written as it is, whatever it was; written again, it is the same.
     *
     * @param last whether it is written after the changes, where not all of a batch is written at once
     */
    public record Kept(DocumentType type, String id, Document fields, boolean last) {}

    /**
     * A change of one document, which is made only if the document is as it was when the change was folded.
     *
     * @param before the position that the document has; {@link Long#MIN_VALUE} where it is not there
     * @param set new values by their dotted paths, {@link DocumentStore#POSITION} among them
     * @param unset the dotted paths of what is removed
     */
    public record Change(DocumentType type, String id, long before, Document set, List<String> unset) {
        /** Whether the change makes the document. */
        public boolean isNew() {
            return before == Long.MIN_VALUE;
        }
    }

    /**
     * Where a projection is in the log.
     *
     * @param projection its name
     * @param position of the last event that it took
     * @param eventId of that event: tells this log from another one
     */
    public record Place(String projection, long position, String eventId) {}
}
