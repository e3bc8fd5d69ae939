package io.ovation.content;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

import io.ovation.documents.DocumentStore;
import reactor.core.publisher.Mono;

import static io.ovation.content.ContentDocuments.CONTENTS;

/** Which contents are there no more, for whoever tells of these. Thread-safe. */
public final class Retractions {
    /** Whose documents they are found in. */
    public static final String PROJECTION = ContentDocuments.PROJECTION;

    private final DocumentStore documents;

    public Retractions(DocumentStore documents) {
        this.documents = documents;
    }

    /** Those of the contents that were retracted. */
    public Mono<Set<String>> of(Collection<String> contentIds) {
        return documents
                .find(CONTENTS, contentIds, "retracted")
                .filter(content -> content.containsKey("retracted"))
                .map(content -> content.getString("_id"))
                .collect(HashSet<String>::new, HashSet::add)
                .map(retracted -> (Set<String>) retracted);
    }
}
