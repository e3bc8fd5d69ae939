package io.ovation.documents;

import java.util.Collection;

import io.ovation.documents.Batch.Place;
import io.ovation.documents.Changes.Reference;
import org.jspecify.annotations.Nullable;

/** Hears which documents this node has written, after its own listeners; must not block. */
@FunctionalInterface
interface WrittenDocuments {
    /**
     * Documents of one projection were written.
     *
     * @param place where the projection is with them; null where it stays
     */
    void written(Collection<Reference> documents, @Nullable Place place);
}
