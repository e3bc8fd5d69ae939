package io.ovation.documents;

import java.util.Collection;

import org.bson.Document;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** All documents, each found in the store of its projection; to be read. Thread-safe: it holds nothing that changes. */
final class RoutedStore implements DocumentStore {
    private final DocumentHome home;

    RoutedStore(DocumentHome home) {
        this.home = home;
    }

    @Override
    public Flux<Document> find(DocumentType type, Collection<String> ids, String... fields) {
        return home.store(type.projection()).find(type, ids, fields);
    }

    @Override
    public Mono<Void> write(Batch batch) {
        return Mono.error(new UnsupportedOperationException("A projection writes to a store of its own"));
    }
}
