package io.ovation.documents;

import io.ovation.documents.Batch.Place;
import org.jspecify.annotations.Nullable;

/**
 * Who projects, and where each projection is in the log: kept by the home of the documents, beside them. For any
 * thread; its methods block, and throw {@link StoreUnavailable} where the store does not answer.
 */
public interface Places {
    /** Takes the projection for this process, or keeps it; false while another process has it. */
    boolean claim(String projection);

    /** Lets another process take the projection at once. */
    void release(String projection);

    /** Where the projection is; null before its first event. */
    @Nullable Place place(String projection);

    /**
     * Puts all documents of the projection aside, under another name or for good, so that it begins anew.
     *
     * @param reason why, in words, for the log
     */
    void putAside(String projection, String reason);

    /**
     * Leaves word to build the documents anew for the process that has the projection.
     *
     * @return false where no other process has it
     */
    default boolean order(String projection) {
        return false;
    }

    /** Whether word was left for this process, which is given it once. */
    default boolean takeOrder(String projection) {
        return false;
    }

    /** How far what is built beside the documents was a moment ago; null where nothing is. */
    default @Nullable Place built(String projection) {
        return null;
    }
}
