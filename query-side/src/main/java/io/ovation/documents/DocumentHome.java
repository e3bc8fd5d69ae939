package io.ovation.documents;

/** Where the documents are: each projection has a store of its own, and nothing in common. For any thread. */
public interface DocumentHome {
    /** The documents of a projection; the same at each call. */
    DocumentStore store(String projection);

    /** The place of a projection, which is kept beside its documents. */
    Places places(String projection);

    /** Whether all nodes have these documents, so that one of them projects for all. */
    default boolean isShared() {
        return false;
    }
}
