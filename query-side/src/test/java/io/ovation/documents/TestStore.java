package io.ovation.documents;

import java.util.Collection;
import java.util.List;

import org.bson.Document;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The documents of one test: a store in which all collections have names that begin with the test's. */
public final class TestStore implements DocumentStore {
    private final DocumentStore store;
    private final String test;
    private final DocumentWriter writer;

    TestStore(DocumentStore store, String test, List<DocumentListener> listeners) {
        this.store = store;
        this.test = test;
        this.writer = new DocumentWriter(this, listeners);
    }

    /** Writes what a batch of events has noted; the next batch waits for it, as in the processor. */
    public void write(Changes changes) {
        writing(changes).block();
    }

    Mono<Void> writing(Changes changes) {
        return writer.write(changes);
    }

    @Override
    public Flux<Document> find(DocumentType type, Collection<String> ids, String... fields) {
        return store.find(own(type), ids, fields);
    }

    @Override
    public Mono<Void> write(Batch batch) {
        return store.write(new Batch(
                batch.kept().stream()
                        .map(kept -> new Batch.Kept(own(kept.type()), kept.id(), kept.fields(), kept.last()))
                        .toList(),
                batch.changes().stream()
                        .map(change -> new Batch.Change(
                                own(change.type()), change.id(), change.before(), change.set(), change.unset()))
                        .toList(),
                batch.place()));
    }

    private DocumentType own(DocumentType type) {
        return new DocumentType(type.projection(), test + "-" + type.collection(), type.state());
    }
}
