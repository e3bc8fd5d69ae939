package io.ovation.documents;

import java.util.Set;

/**
 * A kind of read-model document, in a collection of its own.
 *
 * @param projection the projection that writes it: only that one does
 * @param collection the collection, which has its name from the projection and this
 * @param state the top-level fields that must be known to fold the next event into such a document; they are kept in
 *     memory for the documents in use, so they should be few and small
 */
public record DocumentType(String projection, String collection, Set<String> state) {
    /** The field that every document has: the position in the log of the last event that it took. */
    static final String POSITION = "position";

    /** A document type whose events only overwrite. */
    public static DocumentType stateless(String projection, String collection) {
        return new DocumentType(projection, collection, Set.of());
    }

    /** A document type whose next content depends on these fields of its last. */
    public static DocumentType of(String projection, String collection, String... state) {
        return new DocumentType(projection, collection, Set.of(state));
    }
}
