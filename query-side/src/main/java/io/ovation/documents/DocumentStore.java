package io.ovation.documents;

import java.util.Collection;
import java.util.List;

import org.bson.Document;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Where the documents of the read models are. Two verbs: find documents by their ids, and write a batch of fenced
 * changes together with the place in the log that it brings a projection to. For any number of readers on any thread,
 * none of which is blocked; and for one writer at a time, or the slower one fails.
 */
public interface DocumentStore {
    /** The field that every document has: the position in the log of the last event that it took. */
    String POSITION = DocumentType.POSITION;

    /**
     * Those of the documents that are there, in no order.
     *
     * @param fields the top-level fields that are wanted, beside {@code _id}; always named: what is not wanted is
     *     neither decoded nor sent. Fails with {@link StoreUnavailable} where the store cannot be read now
     */
    Flux<Document> find(DocumentType type, Collection<String> ids, String... fields);

    /** One document; empty where it is not there. Otherwise like {@link #find(DocumentType, Collection, String...)}. */
    default Mono<Document> find(DocumentType type, String id, String... fields) {
        return find(type, List.of(id), fields).next();
    }

    /**
     * Writes a batch. Where it fails, any part of it may have been written, but its place in the log only after all
     * else; it is then to be given again. Fails with {@link StoreUnavailable} where the store cannot be written now.
     */
    Mono<Void> write(Batch batch);
}
