package io.ovation.documents.mongo;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import io.ovation.documents.Batch;
import io.ovation.documents.Batch.Change;
import io.ovation.documents.Batch.Kept;
import io.ovation.documents.DocumentRefused;
import io.ovation.documents.DocumentStore;
import io.ovation.documents.DocumentType;
import io.ovation.documents.StoreUnavailable;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.DocumentCodec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static com.mongodb.client.model.Filters.in;

/**
 * Documents in MongoDB, a collection for each type. No transaction spans a batch: each document is fenced by its
 * position, and the place in the log is written last, so that a batch which was written in part is completed when it is
 * given again. Only {@code _id} is asked for, so that no index is needed. Thread-safe.
 */
final class MongoStore implements DocumentStore {
    /** Documents that one command asks for or changes at most. */
    private static final int MOST_AT_ONCE = 1_000;

    /** Of one command; MongoDB takes 16 MiB, and what is longer would be refused again at each try. */
    private static final int MOST_BYTES = 7 << 20;

    /** What an update costs beside its documents. */
    private static final int UPDATE_BYTES = 64;

    /**
     * Of a document that would be refused again at each try: a bad value, one that cannot be parsed, a path without
     * parts, an update that is no update, and a document that is too long.
     */
    private static final Set<Integer> REFUSALS = Set.of(2, 9, 28, 40, 10_334, 17_419, 17_420);

    private static final DocumentCodec CODEC = new DocumentCodec();

    private final MongoDatabase database;
    private final String prefix;
    private final MongoPlaces places;

    /** @param prefix with which the names of the collections begin */
    MongoStore(MongoDatabase database, String prefix, MongoPlaces places) {
        this.database = database;
        this.prefix = prefix;
        this.places = places;
    }

    /** An update that is encoded already, so that its length is known. */
    private record Update(String id, UpdateOneModel<Document> model, int bytes) {}

    @Override
    public Flux<Document> find(DocumentType type, Collection<String> ids, String... fields) {
        return Flux.fromIterable(cut(ids, id -> 3 * id.length() + UPDATE_BYTES))
                .concatMap(
                        some -> Flux.from(collection(type)
                                .find(in("_id", some))
                                .projection(Projections.include(fields))
                                .batchSize(some.size())),
                        1)
                .onErrorMap(MongoException.class, MongoStore::unavailable);
    }

    @Override
    public Mono<Void> write(Batch batch) {
        return Mono.defer(() -> keep(batch.kept(), false))
                .then(Mono.defer(() -> change(batch.changes())))
                .then(Mono.defer(() -> keep(batch.kept(), true)))
                .then(Mono.defer(() -> batch.place() == null ? Mono.empty() : places.store(batch.place())))
                .onErrorMap(MongoException.class, MongoStore::unavailable);
    }

    private MongoCollection<Document> collection(DocumentType type) {
        return database.getCollection(prefix + type.collection());
    }

    static StoreUnavailable unavailable(MongoException e) {
        return new StoreUnavailable("MongoDB does not serve the documents", e);
    }

    private Mono<Void> keep(List<Kept> kept, boolean last) {
        Map<DocumentType, List<Update>> updates = new LinkedHashMap<>();
        kept.stream().filter(each -> each.last() == last).forEach(each -> updates
                .computeIfAbsent(each.type(), type -> new ArrayList<>())
                .add(update(new Document("_id", each.id()), new Document("$set", each.fields()), each.id(), true)));
        return Flux.fromIterable(updates.entrySet())
                .flatMapDelayError(
                        entry -> commands(entry.getKey(), entry.getValue()), Math.max(1, updates.size()), 1)
                .then();
    }

    private Mono<Void> change(List<Change> changes) {
        Map<DocumentType, List<Update>> updates = new LinkedHashMap<>();
        changes.forEach(each -> updates.computeIfAbsent(each.type(), type -> new ArrayList<>())
                .add(fenced(each)));
        return Flux.fromIterable(updates.entrySet())
                // an error waits for the others: what is given again must not meet what is still under way
                .flatMapDelayError(
                        entry -> commands(entry.getKey(), entry.getValue())
                                .map(MongoStore::written)
                                .reduce(0, Integer::sum)
                                .doOnNext(written -> requireAllWritten(
                                        written, entry.getKey(), entry.getValue().size())),
                        Math.max(1, updates.size()),
                        1)
                .then();
    }

    /** One command after the other; an error waits for the others. */
    private Flux<BulkWriteResult> commands(DocumentType type, List<Update> updates) {
        return Flux.fromIterable(cut(updates, Update::bytes))
                .concatMapDelayError(some -> Mono.from(collection(type)
                                .bulkWrite(
                                        some.stream().map(Update::model).toList(),
                                        new BulkWriteOptions().ordered(false)))
                        .onErrorMap(MongoBulkWriteException.class, e -> refused(type, some, e)));
    }

    private static RuntimeException refused(
            DocumentType type, List<Update> updates, MongoBulkWriteException e) {
        return e.getWriteErrors().stream()
                .filter(error -> REFUSALS.contains(error.getCode()))
                .findFirst()
                .<RuntimeException>map(error -> new DocumentRefused(
                        type.collection(), updates.get(error.getIndex()).id(), e))
                .orElse(e);
    }

    /** In lists, each of which one command takes. */
    static <T> List<List<T>> cut(Collection<T> all, ToIntFunction<T> bytes) {
        List<List<T>> lists = new ArrayList<>();
        List<T> list = new ArrayList<>();
        long size = 0;
        for (T each : all) {
            int more = bytes.applyAsInt(each);
            if (!list.isEmpty() && (list.size() == MOST_AT_ONCE || size + more > MOST_BYTES)) {
                lists.add(list);
                list = new ArrayList<>();
                size = 0;
            }
            list.add(each);
            size += more;
        }
        if (!list.isEmpty()) {
            lists.add(list);
        }
        return lists;
    }

    private static int written(BulkWriteResult result) {
        return result.getMatchedCount() + result.getUpserts().size();
    }

    /**
     * Finds the document as it was read, or makes it. Where another writer was faster, the id is there already and this
     * fails as a duplicate.
     */
    private static Update fenced(Change change) {
        Document update = new Document("$set", change.set());
        if (!change.unset().isEmpty()) {
            Document unset = new Document();
            change.unset().forEach(path -> unset.put(path, ""));
            update.put("$unset", unset);
        }
        Document asItWas = new Document("_id", change.id()).append(POSITION, change.before());
        return update(asItWas, update, change.id(), change.isNew());
    }

    private static Update update(Document filter, Document update, String id, boolean upsert) {
        RawBsonDocument encoded = new RawBsonDocument(update, CODEC);
        return new Update(
                id,
                new UpdateOneModel<>(filter, encoded, new UpdateOptions().upsert(upsert)),
                encoded.getByteBuffer().remaining() + 3 * id.length() + UPDATE_BYTES);
    }

    private static void requireAllWritten(int written, DocumentType type, int wanted) {
        if (written != wanted) {
            throw new IllegalStateException(
                    "%d of %d documents of %s were changed by another writer; is a second node handling events?"
                            .formatted(wanted - written, wanted, type.collection()));
        }
    }
}
