package io.ovation.documents;

import java.util.Collection;

import io.ovation.documents.Changes.Reference;

/** Hears which documents this node has written, after its own listeners; must not block. */
@FunctionalInterface
interface WrittenDocuments {
    void written(Collection<Reference> documents);
}
