package io.ovation.documents;

import java.util.Map;

/**
 * Is told of the documents of one type that a batch of events has changed, once they are written: what is pushed from
 * there is never ahead of what can be read. Called by the projection's own thread, document by document, in the order
 * of batches, or where another node projects by whichever thread reads what that one wrote: it must be short, and never
 * fail.
 */
public interface DocumentListener {
    /** Whose documents. */
    DocumentType type();

    /** Whether anybody here would be told of that document: where another node wrote it, it is read only then. */
    default boolean isWanted(String id) {
        return true;
    }

    /**
     * A document was written.
     *
     * @param id its id
     * @param position the position in the log of the last event that it took
     * @param state the fields that its type declares as state, as they are now; not to be changed
     */
    void written(String id, long position, Map<String, Object> state);
}
