package io.ovation.documents;

import io.ovation.documents.Batch.Place;
import org.jspecify.annotations.Nullable;

/** Where the documents are: each projection has a store of its own, and nothing in common. For any thread. */
public interface DocumentHome {
    /** The documents of a projection, whichever of them are read now. */
    DocumentStore store(String projection);

    /** The place of a projection, which is kept beside its documents. */
    Places places(String projection);

    /** Whether all nodes have these documents, so that one of them projects for all. */
    default boolean isShared() {
        return false;
    }

    /**
     * The documents hold what the log did when this process began. Those of other versions, which were kept until now,
     * are of no use any more. May block.
     */
    void caughtUp(String projection);

    /**
     * An empty store for the same projection, beside the one that is read; what was left of an earlier one is deleted.
     * Blocks.
     *
     * @throws StoreUnavailable where the store does not answer, or another process has the projection
     */
    Beside beside(String projection);

    /** The number of the documents that are read: those that are built anew have a greater one. */
    default long generation(String projection) {
        return 0;
    }

    /** Another node, which projects, reads documents of that number, whatever this one was told until now. */
    default void heardOf(String projection, long generation) {}

    /** Documents that nobody reads yet. For one thread at a time; all of it blocks. */
    interface Beside {
        DocumentStore store();

        /** Up to where they are; null before the first event. */
        @Nullable Place place();

        /**
         * They are read from now on, and the others deleted some time after, when nobody reads them any more. The
         * projection must stand still meanwhile, and be at the same place.
         */
        void takeOver();

        /** They are of no use. */
        void discard();
    }
}
